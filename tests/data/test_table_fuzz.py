"""Whatever the bytes: a table, or a TableError with a sentence that helps.

`TABLE_FUZZ=20 python -m pytest tests/data/test_table_fuzz.py` runs twenty times as many cases.
"""

import gzip
import io
import json
import os
import zipfile
from time import process_time

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latentcore.data.tables import Choices, TableError, biom_hdf5, quick, read, reading, sandbox
from latentcore.data.tables.workers import excel as excel_worker
from latentcore.data.tables.workers import hdf5 as hdf5_worker
from tests.data.table_files import BIOM, BRACKEN, KRAKEN, METAML, MPA, QIIME, SHARED, book, hdf5

TIMES = float(os.environ.get("TABLE_FUZZ", "1"))
PLAIN = "id,g__A,g__B,label\nNA,1,0,case\n001,2,3,control\n1E5,0,4,case\n"
TEXTS = [PLAIN, QIIME, MPA, SHARED, KRAKEN, BRACKEN, METAML, json.dumps(BIOM)]
TEXTS.append(PLAIN.replace(",", ";").replace("3", "0,25"))
NAMES = st.sampled_from(["t.csv", "", "a.b.gz", "../x.tsv", "é\0.txt", "x" * 300])


def fuzz(cases):
    return settings(
        max_examples=int(cases * TIMES),
        deadline=None,
        database=None,
        derandomize=TIMES == 1,
        suppress_health_check=list(HealthCheck),
    )


def holds(name, raw, choices=None):
    """The law: a table that keeps its promises, or an error with a sentence; in 10 seconds of work.

    What runs in a process of its own has the limits of `sandbox` instead.
    """
    begun = process_time()
    try:
        found = read(name, raw, choices)
    except TableError as trouble:
        assert trouble.what.endswith((".", "?")) and len(trouble.what) > 10
        assert trouble.expected or trouble.do or trouble.where
        assert len(str(trouble)) < 2000
    else:
        n, d = found.values.shape
        assert (n, d) == (len(found.sample_ids), len(found.taxa))
        assert len(set(found.sample_ids)) == n > 0
        assert len(set(found.taxa)) == d > 0
        assert np.isfinite(found.values).all() and (found.values >= 0).all()
        assert found.values.any(axis=1).all() and found.values.any(axis=0).all()
        assert all(len(column) == n for column in found.metadata.values())
        assert all(len(names) == d for names in found.ranks.values())
        assert all(f.value in f.options for f in found.found.values())
        assert found.notes
    assert process_time() - begun < 10


PIECES = st.binary(max_size=6) | st.sampled_from(
    [
        b",",
        b"\t",
        b";",
        b"\n",
        b"\r",
        b'"',
        b"#",
        b"\0",
        b"\xff\xfe",
        b"-1",
        b"1e999",
        b"NaN",
        b"|",
        b"__",
        b"\n\n\n",
        b",,,,",
        b"=1+1",
        b"#q2:types",
        "é".encode(),
        "é".encode("latin-1"),
        b"{",
        b"[[",
        b"null",
        b'"shape"',
        b"9" * 30,
        b" " * 40,
    ]  # fmt: skip
)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), PIECES), max_size=6)


def edited(raw, edits):
    """Bytes with a few cut out and others put in."""
    for place, gone, new in edits:
        at = int(place * len(raw))
        raw = raw[:at] + new + raw[at + gone :]
    return raw


def packed(raw, how):
    if how == "gzip":
        return gzip.compress(raw, 1, mtime=0)
    if how == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            file.writestr("t.csv", raw)
        return out.getvalue()
    return raw


CHOICES = st.builds(
    Choices,
    rows=st.sampled_from([None, None, "samples", "taxa", "both"]),
    delimiter=st.sampled_from([None, None, "commas", "tabs", "spaces", ","]),
    decimal=st.sampled_from([None, None, "point", "comma"]),
    header=st.sampled_from([None, None, "yes", "no"]),
    sheet=st.sampled_from([None, "data"]),
    rank=st.sampled_from([None, None, None, "species", "kingdom"]),
    level=st.sampled_from([None, None, "unique"]),
    label=st.sampled_from([None, None, "label", "g__A", ""]),
)


@fuzz(500)
@given(NAMES, st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_noise(name, raw):
    holds(name, raw)


@fuzz(200)
@given(
    st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"{", b"#mpa_", b"\xff\xfe", b"RDX3", b"<?xml"]),
    st.binary(max_size=100),
    CHOICES,
)
def test_noise_behind_a_signature(signature, raw, choices):
    holds("t", signature + raw, choices)


@fuzz(800)
@given(st.sampled_from(TEXTS), EDITS, st.sampled_from(["", "", "gzip", "zip"]), CHOICES)
def test_good_files_with_damage(text, edits, how, choices):
    holds("t.txt", packed(edited(text.encode(), edits), how), choices)


@fuzz(150)
@given(st.sampled_from(TEXTS), EDITS.filter(bool), st.sampled_from(["gzip", "zip"]))
def test_archives_with_damage(text, edits, how):
    holds("t.gz", edited(packed(text.encode(), how), edits))


CELLS = st.sampled_from(
    ["", "0", "1", "2.5", "0,5", "1,234", "-1", "NA", "nan", "inf", "1e308", "1e-320", "x", "id",
     "label", "Kingdom", "taxonomy", "sampleID", "clade_name", "#OTU ID", "OTU1", "k__B", 
     "k__B|p__C", "k__B;p__C", "unclassified", "S", "U", "0.03", "Group", "numOtus", "name",
     "taxonomy_lvl", "\u202ex", "=1", "A_num", "1_000", "0x1F"]  # fmt: skip
) | st.integers(0, 99).map(str)  # fmt: skip


@fuzz(600)
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=7),
    st.sampled_from([",", "\t", ";", " "]),
    st.sampled_from(["\n", "\r", "\r\n"]),
    st.booleans(),
    CHOICES,
)
def test_tables_of_any_cells(rows, delimiter, end, even, choices):
    if even:
        rows = [row + ["1"] * (max(map(len, rows)) - len(row)) for row in rows]
    holds("t.csv", end.join(delimiter.join(row) for row in rows).encode(), choices)


def outcome(raw, choices, large):
    """What is read, or the sentence, with numbers read as numbers from `large` bytes on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "LARGE", large)
        try:
            found = read("t.csv", raw, choices)
        except TableError as trouble:
            return str(trouble), np.zeros(0)
    values = np.concatenate([found.values.ravel(), *found.sums.values()])
    told = {"values": found.values.shape, "sums": tuple(found.sums)}
    return vars(found) | told, values


def agree(raw, choices=None):
    """The law of reading quickly: nobody can tell."""
    quick, quick_values = outcome(raw, choices, -1)
    slow, slow_values = outcome(raw, choices, 10**12)
    assert quick == slow
    np.testing.assert_allclose(quick_values, slow_values, rtol=1e-14)


HEADERS = st.sampled_from(
    [
        "id",
        "",
        "sample",
        "x",
        "OTU",
        "#OTU ID",
        "label",
        "age",
        "g__A",
        "g__B",
        "OTU1",
        "OTU2",
        "sampleID",
        "taxonomy",
        "3",
        "4",
    ]  # fmt: skip
)
ROW_NAMES = st.sampled_from(["a", "b", "c", "NA", "001", "1E5", "OTU7", "g__Q", "age", "", " d "])
NUMBERS = st.integers(0, 9).map(str) | st.sampled_from(
    ["0", "0.5", "1e3", "7 ", ".5", "-1", "", "NA", "True", "1_0", "x", "9" * 20, '"1"', '" 2"']
)

WORDS = st.sampled_from(["gut", "k__A; p__B", '"a, b"', 'a "b"', '"', "", "NA"])


@fuzz(500)
@given(st.data(), st.integers(1, 5), st.integers(1, 5), CHOICES)
def test_reading_quickly_makes_no_difference(data, rows, width, choices):
    cell = st.sampled_from(["0", "1", "2", "2.5"]) if data.draw(st.booleans()) else NUMBERS
    header = data.draw(st.lists(HEADERS, min_size=width, max_size=width))
    names = data.draw(st.lists(ROW_NAMES, min_size=rows, max_size=rows, unique=True))
    body = [
        [name, *data.draw(st.lists(cell, min_size=width - 1, max_size=width - 1))] for name in names
    ]
    if data.draw(st.booleans()):
        header[-1] = data.draw(st.sampled_from(["site", "taxonomy", "Genus"]))
        body = [[*row[:-1], data.draw(WORDS)] for row in body]
    above = data.draw(st.sampled_from(["", "", "# Constructed from biom file\n", "#\n\n"]))
    agree((above + "\n".join(",".join(row) for row in [header, *body])).encode(), choices)


COMMAS = st.sampled_from(["0", "1", "2,5", "0,25"])
ODD = st.sampled_from(["0,1e3", "1,234", "7 ", ",5", "5,", "0.5", "1,2,3", "-0,5", "", "NA", "x,y"])


@fuzz(300)
@given(st.data(), st.integers(1, 5), st.integers(2, 5), st.booleans(), CHOICES)
def test_decimal_commas_read_quickly_make_no_difference(data, rows, width, odd, choices):
    cell = COMMAS | ODD if odd else COMMAS
    names = st.lists(ROW_NAMES | ODD, min_size=rows, max_size=rows, unique=True)
    header = data.draw(st.lists(HEADERS | ODD, min_size=width, max_size=width))
    body = [
        [name, *data.draw(st.lists(cell, min_size=width - 1, max_size=width - 1))]
        for name in (data.draw(names) if odd else "abcde"[:rows])
    ]
    if data.draw(st.booleans()):
        header[-1] = "site"
        body = [[*row[:-1], data.draw(st.sampled_from(["gut", "2,5", "gut 1,2"]))] for row in body]
    agree("\n".join(";".join(row) for row in [header, *body]).encode(), choices)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text[:12]))
def test_reading_good_files_quickly_makes_no_difference(text):
    agree(text.encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
ITEMS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["a", "b", "c", "", 1]) | JSON})
    | st.fixed_dictionaries({"id": st.text(max_size=3), "metadata": JSON})
    | JSON,
    max_size=4,
)
TRIPLES = st.lists(
    st.tuples(st.integers(-1, 4), st.integers(0, 4), st.integers(-1, 9) | st.floats()).map(list)
    | JSON,
    max_size=6,
)


@fuzz(500)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "rows": ITEMS,
            "columns": ITEMS,
            "shape": st.lists(st.integers(-1, 10**12), max_size=3) | JSON,
            "data": TRIPLES | JSON,
            "matrix_type": st.sampled_from(["dense", "sparse"]) | JSON,
        },
    ),
    st.booleans(),
)
def test_biom_1_of_any_structure(changes, fitting):
    whole = BIOM | changes
    if fitting and isinstance(whole["rows"], list) and isinstance(whole["columns"], list):
        whole["shape"] = [len(whole["rows"]), len(whole["columns"])]
    holds("t.biom", json.dumps(whole).encode())


PATHS = [f"observation/matrix/{name}" for name in ("data", "indices", "indptr")]
PATHS += ["observation/ids", "sample/ids", "sample/metadata/x", "observation/metadata/taxonomy"]
VALUES = st.one_of(
    st.lists(st.integers(-2, 5), max_size=5).map(lambda v: np.array(v, "i8")),
    st.lists(st.floats(width=32), max_size=5).map(lambda v: np.array(v, "f4")),
    st.lists(st.binary(max_size=3), max_size=5).map(lambda v: np.array([b"", *v], "S3")),
    st.sampled_from([np.zeros((2, 2)), np.float64(3), np.zeros(2, "f4,i4"), np.zeros(2, "c8")]),
    st.sampled_from([h5py.Empty("f4"), np.array([2**63, 1], "u8"), np.zeros((0, 3))]),
)


@pytest.fixture
def in_process(monkeypatch):
    """Run the parsers here: a process for each of hundreds of cases would take minutes."""
    workers = {"hdf5": hdf5_worker, "excel": excel_worker}

    def extract(parser, raw, **options):
        asked = {"longest": 100, "cells": 1000} | options
        try:
            return workers[parser].extract(raw, asked)
        except workers[parser].Refused as refused:
            what, do = refused.args
            raise TableError(what, do=do) from refused

    monkeypatch.setattr(sandbox, "extract", extract)


@pytest.mark.usefixtures("in_process")
@fuzz(300)
@given(st.dictionaries(st.sampled_from(PATHS), VALUES, max_size=3), st.sampled_from(PATHS))
def test_biom_2_of_any_structure(changes, gone):
    def change(file):
        for path, value in changes.items():
            if path in file:
                del file[path]
            file.create_dataset(path, data=value)
        if len(changes) == 2 and gone in file:
            del file[gone]

    assert biom_hdf5.fits(hdf5(change))
    holds("t.biom", hdf5(change))


VALUE = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates() | CELLS


@pytest.mark.usefixtures("in_process")
@fuzz(60)
@given(st.lists(st.lists(VALUE, max_size=5), max_size=5), CHOICES)
def test_workbooks_of_any_cells(rows, choices):
    holds("t.xlsx", book({"data": rows}), choices)


@fuzz(15)
@given(EDITS.filter(bool))
def test_damaged_hdf5_in_a_process_of_its_own(edits):
    holds("t.biom", edited(hdf5(), edits))


@fuzz(10)
@given(EDITS.filter(bool))
def test_damaged_workbooks_in_a_process_of_their_own(edits):
    holds("t.xlsx", edited(book({"data": [["id", "g__A"], ["a", 1], ["b", 2]]}), edits))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":' * 50_000,
        b"[" * 100_000,
        b"id," + b"k__A|" * 15_000 + b"\ns,1\n",
        b"id,a\n" + b'"' * 100_001,
        b"\n" * 1_000_000,
        b"#" * 1_000_000,
        b"#\n" * 500_000 + b"id,a\ns,1\n",
        b"," * 150_000 + b"\n1" + b"," * 150_000,
        b"id,a\n" + b"s" * 99_999 + b",1\n",
        b"1 " * 100_000,
    ],
    ids=lambda raw: ascii(raw[:8]),
)
def test_what_could_take_long(raw):
    holds("t.csv", raw)


def test_plain_tables_are_read_quickly(monkeypatch):
    """What quick reading is for goes that way, so that the comparison above compares something."""
    taken = []
    true = quick.read
    monkeypatch.setattr(quick, "read", lambda *a: taken.append(true(*a)) or taken[-1])
    monkeypatch.setattr(reading, "LARGE", -1)
    read("t.csv", PLAIN.encode())
    read("t.csv", b"taxon,a,b\nOTU1,1,2\nOTU2,3,4\n")
    read("t.csv", b"id,age,OTU1,OTU2\na,30,1,2\nb,31,3,4\n")
    read("t.csv", b"id;age;OTU1;OTU2\na;30,5;1;0,2\nb;31;3;4\n")
    read("t.tsv", b"# Constructed from biom file\n#OTU ID\ta\ttaxonomy\nO1\t1\tk__A; p__B\n")
    read("t.csv", b'id,OTU1,OTU2\n"a, one","1",2\nb,3,4\n')
    assert None not in taken
    assert len(taken) == 6
