"""CSV: text that is no formula, numbers to the last digit."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.export.cells import FORMULA, defused, written


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0+", "＝"])
def test_what_a_spreadsheet_would_run_is_defused(start):
    cell = f'{start}HYPERLINK("http://a.b";"x")'
    assert defused(cell) == f"'{cell}"
    rows = list(csv.reader(io.StringIO(written([cell, "b"], [[cell, 1.5]]), newline="")))
    assert all(row[0].startswith("'") for row in rows)


@pytest.mark.parametrize("name", ["Roseburia", "s__a-b", "1+1", "", "'=1"])
def test_other_text_stays(name):
    assert defused(name) == name


@given(st.lists(st.text(), min_size=2, max_size=4), st.floats(allow_nan=False))
def test_everything_comes_back(names, number):
    text = written(names, [[*names[1:], number]])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == [defused(name) for name in names]
    assert float(rows[1][-1]) == number  # a negative number is a number, not a formula
    for cell in rows[0] + rows[1][:-1]:
        assert not cell.startswith(FORMULA)


def test_nothing_known_is_an_empty_cell():
    assert written(["a", "b", "c"], [[None, float("nan"), -2]]) == "a,b,c\r\n,,-2\r\n"
