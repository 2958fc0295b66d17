"""What is known about the samples, in a file beside the table: one row a sample, text throughout.

    #SampleID  diagnosis  age        QIIME (with `#q2:types` below or not), phyloseq, R, mothur
    S1         sick       34

CSV, TSV or a sheet of a workbook, plain or gzipped.  Which column holds the ids is not decided
here: the one that fits the table best is (see `matching`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from latentcore.data.tables import archive, columns, delimited, excel, naming
from latentcore.data.tables.choices import Choices, Log
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.table import Found, TableError
from latentcore.data.unreadable import counted, gunzip, listed, short

MOST_BYTES = 50_000_000
HEAD = 300_000  # bytes that tell what a text is about


@dataclass(frozen=True)
class Metadata:
    """Columns of text by name, each with one text a row, and the lines they stand in (from 1)."""

    columns: Mapping[str, tuple[str, ...]]
    lines: tuple[int, ...]
    notes: tuple[str, ...] = ()
    found: Mapping[str, Found] = field(default_factory=dict)

    def without_header(self) -> "Metadata":
        """The same with its first line as a row: the file names no columns."""
        named = {
            f"column {j}": (name, *texts)
            for j, (name, texts) in enumerate(self.columns.items(), start=1)
        }
        note = "The file has no header: its columns were named by their place."
        first = min(self.lines, default=2) - 1
        return Metadata(named, (first, *self.lines), (*self.notes, note), self.found)


def read(name: str, raw: bytes, choices: Choices | None = None) -> Metadata:
    """Name and bytes of a file -> its columns.  Raises TableError."""
    log = Log(choices or Choices())
    grid = _grid(name, raw, log)
    header, body = grid.header, grid.cells[1:]
    if not len(body):
        raise TableError(
            f"The metadata {short(name)} have a header and no row below it.",
            expected="Expected one row for each sample.",
            do="Check that the file was saved completely.",
        )
    filled = np.flatnonzero((body != "").any(axis=0)).tolist()
    names = [header[j] or f"unnamed (column {j + 1})" for j in filled]
    double = [n for n in dict.fromkeys(names) if names.count(n) > 1]
    if double:
        raise TableError(
            f"The metadata have {counted(names.count(double[0]), 'column')} named "
            f"{short(double[0])}.",
            expected="Expected every column to have a name of its own.",
            do="Rename or delete one of them.",
        )
    log.say(f"{counted(len(body), 'row')} of {counted(len(names), 'column')}: {listed(names)}.")
    texts = {n: tuple(str(c) for c in body[:, j]) for n, j in zip(names, filled, strict=True)}
    lines = tuple(int(row) + 1 for row in grid.rows[1:])
    return Metadata(texts, lines, tuple(log.notes), dict(log.found))


def apart(
    files: tuple[tuple[str, bytes], ...],
) -> tuple[tuple[tuple[str, bytes], ...], tuple[tuple[str, bytes], ...]]:
    """Files handed in together -> tables (and taxonomies), and the metadata among them.

    A single file is a table, and so is every file where all look like metadata.
    """
    about = [file for file in files if len(files) > 1 and _describes(*file)]
    if len(about) == len(files):
        about = []
    return tuple(file for file in files if file not in about), tuple(about)


def _grid(name: str, raw: bytes, log: Log) -> Grid:
    """The cells of a text or of a sheet.  Raises TableError."""
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gunzip(raw, MOST_BYTES)
        except (OverflowError, ValueError) as error:
            raise TableError(
                f"The metadata {short(name)} are damaged, or hold more than 50 MB.",
                expected="Expected a complete .gz file.",
                do="Decompress the file and open that.",
            ) from error
    if raw[:4] != b"PK\x03\x04":
        return delimited.read(raw, name, log).grid(log)
    if not excel.fits(raw):
        raise TableError(
            f"The metadata {short(name)} are a zip archive of "
            f"{counted(len(archive.members(raw)), 'file')}.",
            expected="Expected CSV, TSV or an Excel workbook.",
            do="Unpack it, and open the file with the metadata.",
        )
    return excel.read(raw, name, log)


def _describes(name: str, raw: bytes) -> bool:
    """Whether a file describes samples: ids first, and mostly words and facts beside them."""
    try:
        head = raw if raw[:2] in (b"\x1f\x8b", b"PK") else raw[:HEAD].rpartition(b"\n")[0] or raw
        grid = _grid(name, head, Log())
    except TableError:
        return False
    header, body = grid.header, grid.cells[1:41]
    if not naming.is_id(header[0]) or not len(body) or len(header) < 2:
        return False
    words = np.isnan(columns.as_numbers(body)).mean(axis=0) > 0.5
    about = [
        bool(word) or naming.is_fact(column)
        for column, word in zip(header[1:], words[1:], strict=True)
    ]
    return sum(about) >= 0.5 * len(about) and naming.taxon_share(header[1:]) < 0.2
