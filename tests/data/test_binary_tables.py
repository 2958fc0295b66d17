"""BIOM 2.1 and workbooks: read as biom-format reads them, and refused where they are traps."""

import datetime
import io
import zipfile

import biom
import h5py
import numpy as np
import pytest

from latentcore.data.tables import Choices, TableError, read, sandbox
from latentcore.data.tables.workers import excel as excel_worker
from latentcore.data.tables.workers import hdf5 as hdf5_worker
from tests.data.table_files import book, hdf5


def replaced(path, data, **options):
    def change(file):
        del file[path]
        file.create_dataset(path, data=data, **options)

    return change


def refused(raw, match):
    with pytest.raises(TableError, match=match) as caught:
        read("t.biom", raw)
    assert caught.value.do
    return caught.value


@pytest.mark.parametrize("axis", ["observation", "sample"])
def test_a_small_table_along_either_axis(axis):
    found = read("t.biom", hdf5(axis=axis))
    assert (found.sample_ids, found.taxa) == (("NA", "001", "c"), ("O1", "O2"))
    assert found.values.tolist() == [[5, 0], [0, 7], [1, 0]]


def test_what_biom_format_writes():
    rng = np.random.default_rng(0)
    values = rng.poisson(0.5, (30, 12)) + np.eye(30, 12)
    taxonomy = [{"taxonomy": ["k__B", f"p__P{i % 3}", f"g__{i}"]} for i in range(30)]
    sites = [{"site": "gut" if j % 2 else "skin", "depth": str(j)} for j in range(12)]
    names = [f"O{i}" for i in range(30)], [f"{j:03}" for j in range(12)]
    theirs = biom.Table(values, *names, taxonomy, sites)
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        theirs.to_hdf5(file, "a test")
    ours = read("t.biom", out.getvalue())
    json = read("t.biom", theirs.to_json("a test").encode())
    tsv = read("t.tsv", theirs.to_tsv(header_key="taxonomy", header_value="taxonomy").encode())
    seen = values.any(axis=1)
    for found in (ours, json, tsv):
        np.testing.assert_array_equal(found.values, values[seen].T)
        assert found.sample_ids == tuple(names[1])
        assert found.taxa == tuple(f"O{i}" for i in np.flatnonzero(seen))
    for found in (ours, json):
        assert found.ranks["genus"] == tuple(str(i) for i in np.flatnonzero(seen))
    assert ours.metadata == json.metadata
    assert ours.metadata["site"][:2] == ("skin", "gut")


def linked(kind):
    def change(file):
        del file["observation/ids"]
        file["observation/ids"] = kind

    return change


def external(file):
    del file["observation/matrix/data"]
    where = [("/".join(["", "etc", "hostname"]), 0, 24)]
    file.create_dataset("observation/matrix/data", (3,), "f8", external=where)


def virtual(file):
    del file["observation/matrix/data"]
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("other.h5", "secret", (3,))
    file.create_virtual_dataset("observation/matrix/data", layout)


def large(file):
    del file["observation/matrix/data"]
    file.create_dataset("observation/matrix/data", (10**12,), "f8", chunks=(1000,))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (linked(h5py.ExternalLink("other.h5", "/secret")), "observation/ids is a link"),
        (linked(h5py.SoftLink("/sample/ids")), "observation/ids is a link"),
        (external, "lie in another file"),
        (virtual, "lie in another file"),
        (large, "too large"),
        (replaced("observation/matrix/indices", [0, 2, 3]), "stands in place 3 of 3"),
        (replaced("observation/matrix/indices", [0, 2, -1]), "damaged"),
        (replaced("observation/matrix/indices", [0, 2]), "lengths"),
        (replaced("observation/matrix/indices", [0, 0, 1]), "two values stand in one place"),
        (replaced("observation/matrix/indices", [0.0, 2.0, 1.0]), "does not hold numbers"),
        (replaced("observation/matrix/indptr", [0, 2]), "lengths"),
        (replaced("observation/matrix/indptr", [0, 4, 3]), "do not rise"),
        (replaced("observation/matrix/indptr", [1, 2, 3]), "do not rise"),
        (replaced("observation/matrix/data", [1.0, np.nan, 2.0]), "is nan"),
        (replaced("observation/matrix/data", [1.0, -3.0, 2.0]), "is -3"),
        (replaced("observation/matrix/data", [[1.0, 3.0, 2.0]]), "not a row"),
        (replaced("observation/matrix/data", [b"a", b"b", b"c"]), "does not hold numbers"),
        (replaced("observation/matrix/data", [1.0, 2.0, 3.0], scaleoffset=2), "unusual way"),
        (replaced("observation/ids", [1, 2]), "are not text"),
        (replaced("observation/ids", [b"O1", b"O1"]), "Two observations have the id “O1”"),
        (lambda file: file.pop("sample/ids"), "not BIOM 2.1: it has no sample/ids"),
        (lambda file: file.pop("observation/matrix"), "no sample/matrix/data"),
    ],
)
def test_a_trap_is_refused(change, match):
    refused(hdf5(change), match)


def test_metadata_of_unusual_kinds_are_left_out_and_said():
    def change(file):
        file["sample/metadata/age"] = [30, 40, 50]
        file["sample/metadata/short"] = [30, 40]
        file["sample/metadata/odd"] = np.zeros(3, "f4,f4")

    def link(file):
        file["sample/metadata/site"] = h5py.ExternalLink("other.h5", "/secret")

    refused(hdf5(link), "is a link")
    found = read("t.biom", hdf5(change))
    assert found.metadata == {"age": ("30", "40", "50")}
    assert "“odd”, “short”" in " ".join(found.notes)


def test_damaged_hdf5_gets_a_sentence():
    raw = hdf5()
    refused(raw[:200], "damaged or cut off")
    refused(raw[:8], "damaged or cut off")
    refused(raw[: len(raw) // 2], "damaged|cut off")


def test_what_takes_too_long_or_too_much_is_stopped(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.05)
    refused(hdf5(), "was stopped")
    monkeypatch.setattr(sandbox, "SECONDS", 30)
    monkeypatch.setattr(sandbox, "MEMORY", 300_000_000)

    def change(file):
        del file["observation/matrix/data"]
        path = "observation/matrix/data"
        file.create_dataset(path, (49_000_000,), "f8", chunks=(10**6,), compression="gzip")

    refused(hdf5(change), "was stopped")


def test_a_worker_can_write_no_file(tmp_path):
    code = f"open({str(tmp_path / 'a')!r}, 'w').write('x')"
    module = tmp_path / "writes.py"
    module.write_text(f"class Refused(Exception): ...\ndef extract(raw, options):\n    {code}\n")
    worker = tmp_path / "__main__.py"
    worker.write_text(sandbox.SCRIPT.read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "SCRIPT", worker)
        with pytest.raises(TableError, match="was stopped"):
            sandbox.extract("writes", b"")
    assert not (tmp_path / "a").read_bytes()


ROWS = [["id", "g__A", "g__B", "label"], ["001", 1, 2.5, "x"], ["NA", 0.25, 4.0, "y"]]


def test_a_workbook():
    found = read("t.xlsx", book({"empty": [], "data": ROWS, "more": [["a"]]}))
    assert found.sample_ids == ("001", "NA")
    assert found.values.tolist() == [[1, 2.5], [0.25, 4]]
    assert found.metadata == {"label": ("x", "y")}
    assert found.found["sheet"].value == "data"
    assert found.found["sheet"].options == ("empty", "data", "more")
    assert "2 other sheets not read" in " ".join(found.notes)


def test_the_sheet_is_overruled():
    raw = book({"first": ROWS, "second": [["taxon", "a", "b"], ["OTU1", 1, 2], ["OTU2", 3, 4]]})
    found = read("t.xlsx", raw, Choices(sheet="second"))
    assert found.values.tolist() == [[1, 3], [2, 4]]
    with pytest.raises(TableError, match=r"no sheet “third”.*“first”, “second”"):
        read("t.xlsx", raw, Choices(sheet="third"))


def test_dates_in_a_workbook_are_said():
    rows = [["id", "g__A", datetime.date(2024, 3, 1)], ["a", 1, 2], ["b", 3, 4]]
    found = read("t.xlsx", book({"data": rows}))
    assert "1 cell of the sheet holds a date" in " ".join(found.notes)


def test_a_bad_cell_of_a_workbook_is_named():
    rows = [*ROWS, ["c", "oops", 1, "x"], *([f"s{i}", i, 1, "x"] for i in range(8))]
    with pytest.raises(TableError, match=r"row 4 \(sample “c”\), column B \(“g__A”\)"):
        read("t.xlsx", book({"data": rows}))


def changed(raw, name, change):
    """A workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return out.getvalue()


def test_traps_in_workbooks(monkeypatch):
    raw = book({"data": ROWS})
    sheet = "xl/worksheets/sheet1.xml"
    entity = b"<!DOCTYPE a [<!ENTITY b 'bb'>]>"
    refused(changed(raw, sheet, lambda xml: entity + xml), "entities")
    refused(changed(raw, sheet, lambda xml: xml[: len(xml) // 2]), "workbook is damaged")
    refused(changed(raw, "xl/workbook.xml", lambda _: b""), "workbook is damaged")
    lies = changed(raw, sheet, lambda xml: xml.replace(b'ref="A1:D3"', b'ref="A1:XFD1048576"'))
    assert read("t.xlsx", lies).values.shape == (2, 2)
    far = changed(raw, sheet, lambda xml: xml.replace(b'r="3"', b'r="1048576"', 1))
    assert read("t.xlsx", far).sample_ids == ("001", "NA")
    refused(book({"data": []}), "Every cell is blank")
    monkeypatch.setattr(excel_worker, "MOST_BYTES", 10)
    with pytest.raises(excel_worker.Refused, match="300 MB"):
        excel_worker.extract(raw, {"sheet": None, "cells": 10, "longest": 10})


def test_text_of_a_file_has_a_limit(monkeypatch):
    monkeypatch.setattr(hdf5_worker, "MOST_TEXT", 6)
    with pytest.raises(hdf5_worker.Refused, match="too long"):
        hdf5_worker.extract(hdf5(), {"longest": 10, "cells": 10})


def test_a_workbook_as_people_keep_one():
    words = [["How the samples were taken"], ["by whom"]]
    rows = [["Supplementary Table 1"], [], ["id", "g__A", "g__B", "taken"]]
    rows += [["a", "0,25", "0,75", datetime.date(2020, 3, 1)], ["b", "0,5", "0,5", None]]
    found = read("t.xlsx", book({"about": words, "counts": rows}))
    assert found.found["sheet"].value == "counts"
    assert found.values.tolist() == [[0.25, 0.75], [0.5, 0.5]]
    assert found.metadata == {"taken": ("2020-03-01", "")}
    assert any("“Supplementary Table 1”" in note for note in found.notes)
    with pytest.raises(TableError, match="row 4"):
        read("t.xlsx", book({"counts": [*rows[:3], ["a", "x", 1, 2], ["b", 2, 3, 4]]}))


def test_the_sheet_of_numbers_is_read_and_the_others_can_be_chosen():
    about = [["id", "sex", "age"], ["a", "f", 30], ["b", "m", 31]]
    counts = [["id", "g__A", "g__B"], ["a", 1, 2], ["b", 3, 5]]
    raw = book({"notes": [["words"]], "about": about, "counts": counts})
    assert read("t.xlsx", raw).found["sheet"].value == "counts"
    with pytest.raises(TableError, match="No column of numbers") as caught:
        read("t.xlsx", raw, Choices(sheet="about"))
    assert caught.value.found["sheet"].options == ("notes", "about", "counts")
