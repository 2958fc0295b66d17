"""Lines of a plain table -> columns of text and a matrix of numbers, thousands of cells at a time.

    lines -> one flat list of cells -> every width-th is a column of text, all others are numbers

A number costs ten times as much while it is a Python string: Arrow cuts the lines and makes the
numbers.  Lines with quotation marks are cut by Python's csv.
"""

import csv
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from latentcore.arrays import Array
from latentcore.data.tables.choices import Log
from latentcore.data.tables.delimited import Delimited
from latentcore.data.tables.grid import refuse_large

CELLS = 50_000  # that are held as text at a time

Columns = dict[int, list[str]]


def parsed(
    file: Delimited, width: int, text: list[int], turned: bool, log: Log
) -> tuple[Columns, Array] | None:
    """The columns at `text` as text, and all others as numbers (N, D).

    None where rows have not as many cells as the header, or what should be a number is none.
    `turned` says that the numbers will be read column by column.  Raises TableError.
    """
    most = file.rows - 1
    refuse_large(most, width)
    numbers, row = np.empty((most, width - len(text)), order="F" if turned else "C"), 0
    texts: Columns = {j: [] for j in text}
    comma = log.found["decimal"].value == "comma"
    lines = (line for line in file.lines(1, log.watch) if line != "\n")
    others = np.isin(np.arange(width), text, invert=True)
    while some := list(islice(lines, max(1, CELLS // width))):
        cells = _cells(some, width, file.delimiter)
        if cells is None:
            return None
        for j in text:
            texts[j] += [cell.strip() for cell in cells[j::width].to_pylist()]
        cells = cells.filter(pa.array(np.tile(others, len(some))))
        if comma:
            if compute.any(compute.match_substring(cells, ".")).as_py():
                return None  # 1.234 may be a thousand
            cells = compute.replace_substring(cells, ",", ".")
        try:
            found = compute.utf8_trim_whitespace(cells).cast(pa.float64()).to_numpy()
        except pa.ArrowException:
            return None
        numbers[row : row + len(some)] = found.reshape(len(some), -1)
        row += len(some)
    return texts, numbers[:row]


def _cells(lines: list[str], width: int, delimiter: str) -> Any | None:  # noqa: ANN401 (Arrow's)
    """All cells one after another; None where a line has not as many as it should."""
    if delimiter != " " and not any('"' in line for line in lines):
        rows = compute.split_pattern(pa.array([line[:-1] for line in lines]), delimiter)
        fits = compute.all(compute.equal(rows.value_lengths(), width)).as_py()
        return rows.flatten() if fits else None
    cells: list[str] = []
    for line in lines:
        if line.count('"') % 2:
            return None  # a line end within quotation marks
        row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter == " "))
        if len(row) != width:
            return None
        cells += row
    return pa.array(cells, pa.string())
