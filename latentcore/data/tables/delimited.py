"""Delimited text: CSV, TSV, semicolons with decimal commas, or the spaces of R's write.table.

    bytes -> text -> comments, cells

Everything is read as text first, so that the ids NA, 001 and 1E5 survive and a bad cell can be
quoted as it was written.  Rows are counted as a spreadsheet counts them, the header being row 1.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from latentcore.data.tables import decimals
from latentcore.data.tables.choices import Log, Watch
from latentcore.data.tables.encoding import decode
from latentcore.data.tables.grid import TITLES, Grid, refuse_large, titles
from latentcore.data.tables.table import TableError
from latentcore.data.unreadable import listed, short

DELIMITERS = {"commas": ",", "tabs": "\t", "semicolons": ";", "spaces": " "}
NAMES = {sign: name for name, sign in DELIMITERS.items()}
SEPARATOR = re.compile(r'"?sep=([,;\t])"?[,;\s]*$', re.I)
END = "\x01"  # a last row of its own, unless a quotation mark is still open there
OFTEN = 50  # lines between two looks
csv.field_size_limit(100_000)


@dataclass(frozen=True)
class Delimited:
    """Text with its delimiter known; `above` lines stand above the header."""

    text: str
    header: int  # where it begins in the text
    above: int
    delimiter: str
    name: str

    @cached_property
    def comments(self) -> tuple[str, ...]:
        """The lines above the header that are not blank."""
        return tuple(line for line in self.text[: self.header].split("\n") if line.strip())

    @cached_property
    def rows(self) -> int:
        """How many lines there are from the header on."""
        return self.text.count("\n", self.header) + (not self.text.endswith("\n"))

    def lines(self, skip: int, watch: Watch, most: int | None = None) -> Iterator[str]:
        """The lines from the header on without the first, or some of them, each with its end."""
        begin = self.header
        for i in range(self.rows if most is None else min(self.rows, most)):
            end = self.text.find("\n", begin) % (len(self.text) + 1)  # -1: where the text ends
            if i >= skip:
                yield self.text[begin:end] + "\n"
            begin = end + 1
            if most is None and i % OFTEN == 0:
                watch(begin / len(self.text))

    def grid(self, log: Log, most: int | None = None) -> Grid:
        """The cells, or those of the first rows.  Raises TableError."""
        rows = parse(self.lines(0, log.watch, most), self.delimiter, self.above)
        numbers = [i for i, row in enumerate(rows) if not row or row[0][:4] != "#q2:"]
        grid = Grid.of(
            [rows[i] for i in numbers],
            [self.above + i for i in numbers],
            self.comments,
            self.name,
        )
        del rows  # cells that are changed below would be held twice
        text = self.text if most is None else "".join(self.lines(0, log.watch, most))
        if log.choices.decimal == "comma" or decimals.unusual(text, self.delimiter):
            say = log.say if most is None else _unsaid
            decimals.settle(grid.cells, self.delimiter, log, say)
        else:
            log.decide("decimal", "point", decimals.SIGNS)
        return grid


def read(raw: bytes, name: str, log: Log) -> Delimited:
    """Bytes -> text, with what was detected in the log.  Raises TableError."""
    text, encoding = decode(raw)
    if (begins := re.search(r"\S", text)) is None:
        raise TableError(
            "The file holds nothing but blanks.",
            expected="Expected a table with one sample in each row.",
            do="Check that it was saved completely.",
        )
    if begins[0] == "<":
        raise TableError(
            "The file is a web page or XML.",
            expected="Expected a header row, then one sample a row.",
            do="Download the table itself.",
        )
    lines = _head(text)
    top = _top(lines)
    if (told := SEPARATOR.match(lines[top])) and top + 1 < len(lines):  # as Excel is told
        detected, top = NAMES[told[1]], top + 1
    else:
        detected = _sniffed("\n".join(lines[top:])) if log.choices.delimiter is None else ""
    delimiter = DELIMITERS[log.decide("delimiter", detected, DELIMITERS)]
    above = _comments(lines, top, delimiter)
    if titled := titles([line.split(delimiter) for line in lines[above : above + TITLES]]):
        left = [line.strip(f" {delimiter}") for line in lines[above : above + titled]]
        log.say(f"Above the header was left out: {listed(filter(None, left))}.")
        above += titled
    log.say(f"Delimited text, {encoding}, cells separated by {log.found['delimiter'].value}.")
    header = sum(len(line) + 1 for line in lines[:above])
    return Delimited(text, header, above, delimiter, name)


def _unsaid(note: str) -> None:
    """What is done to the first rows is said when it is done to all."""


def _head(text: str) -> list[str]:
    """The lines above the first that is neither blank nor begins with #, and 200 from there on."""
    lines: list[str] = []
    begin, most = 0, math.inf
    while begin < len(text) and len(lines) < most:
        end = text.find("\n", begin) % (len(text) + 1)
        lines.append(text[begin:end])
        if most == math.inf and lines[-1].strip() and not lines[-1].startswith("#"):
            most = len(lines) + 199
        begin = end + 1
    return lines


def _top(lines: list[str]) -> int:
    """How many blank lines and lines that begin with # stand at the top."""
    for i, line in enumerate(lines):
        if line.strip() and not line.startswith("#"):
            return i
    return 0


def _comments(lines: list[str], top: int, delimiter: str) -> int:
    """How many lines stand above the header: the last line with a # may be the header itself."""
    marked = [i for i in range(top) if lines[i].startswith("#") and lines[i][:4] != "#q2:"]
    above = next((i for i, line in enumerate(lines[top:], top) if line.strip()), 0)
    if not marked:
        return above
    last, first = lines[marked[-1]].split(delimiter), lines[top].split(delimiter)
    return marked[-1] if len(last) > 1 and abs(len(last) - len(first)) <= 1 else top


def _sniffed(text: str) -> str:
    """The name of the delimiter that cuts the first rows into the same number of cells, over one.

    Taxa names may hold semicolons and decimals commas, so agreement counts before number.  The
    header may be one cell short (R leaves out the name of the row names).
    """
    if not text:
        return ""
    head = "\n".join(line for line in text[:2_000_000].split("\n") if line.strip())
    best, found = (0.0, 1), ""
    for name, delimiter in DELIMITERS.items():
        widths = _widths(head, delimiter)
        body = widths[1:] or widths
        if not body or (delimiter == " " and found):
            continue
        width, agree = Counter(body).most_common(1)[0]
        fits = 1.0 if widths[0] == width else 0.95 if widths[0] == width - 1 else 0.5
        rated = (round(fits * agree / len(body), 1), width)
        if width > 1 and rated > best:
            best, found = rated, name
    if not found:
        raise TableError(
            "Only one column was found.",
            where=f"The first row reads {short(head.split(chr(10))[0], 60)}.",
            expected="Expected cells separated by commas, tabs or semicolons.",
            do="Export the table as CSV; a label or id alone is not a table.",
        )
    return found


def _widths(head: str, delimiter: str) -> list[int]:
    """How many cells the first 30 rows have; none where they cannot be cut."""
    rows = csv.reader(io.StringIO(head), delimiter=delimiter, skipinitialspace=delimiter == " ")
    try:
        return [len(row) for row, _ in zip(rows, range(30), strict=False)]
    except csv.Error:
        return []


def parse(lines: Iterable[str], delimiter: str, above: int) -> list[list[str]]:
    """Lines -> rows of cells; rows may be shorter than the first, longer ones are refused."""
    body = chain(lines, [END])
    reader = csv.reader(body, delimiter=delimiter, skipinitialspace=delimiter == " ")
    try:
        rows = list(_fitting(reader, above))
    except csv.Error as error:
        raise _open_quote() from error
    if rows.pop() != [END]:
        raise _open_quote()
    longer = [i for i, row in enumerate(rows) if len(row) > len(rows[0])]
    if longer and len(longer) == sum(any(row) for row in rows[1:]):
        rows[0].insert(0, "")  # R's write.table names every column but that of the row names
    elif longer:
        row = rows[longer[0]]
        raise _too_long(above + longer[0] + 1, row, len(rows[0]))
    return rows


def _fitting(rows: Iterator[list[str]], above: int) -> Iterator[list[str]]:
    """The rows without blank cells beyond the header's, as long as they are not too many."""
    width = 0
    for number, row in enumerate(rows):
        width = width or len(row)
        while len(row) > width and not row[-1].strip():
            row.pop()
        if len(row) > width + 1:
            raise _too_long(above + number + 1, row, width)
        refuse_large(number - (row == [END]), width)
        yield row


def _too_long(number: int, row: list[str], width: int) -> TableError:
    return TableError(
        f"Row {number} (sample {short(row[0])}) has {len(row)} cells.",
        expected=f"The header has {width}, and every row should have as many.",
        do="Look for a delimiter inside a name: names that hold one need quotes.",
    )


def _open_quote() -> TableError:
    return TableError(
        "The rows could not be cut into cells: a quotation mark is opened and not closed.",
        expected="Expected every opened quotation mark to be closed on its row.",
        do="Remove stray quotation marks and open the file again.",
    )
