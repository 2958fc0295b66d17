"""A table and its metadata: ids that R, spreadsheets and sequencing centres have changed."""

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentcore.data.tables import TableError, joining, metadata, read, read_several
from latentcore.data.tables.matching import match, plain
from tests.data.table_files import BIOM, book

ABOUT = "#SampleID\tdiagnosis\tage\n#q2:types\tcategorical\tnumeric\nS1\tsick\t34\nS2\twell\t40\n"


def table(*ids, rows=()):
    lines = [f"{name},{i + 1},{2 * i},3\n" for i, name in enumerate(ids)]
    return read("t.csv", ("id,g__A,g__B,g__C\n" + "".join([*lines, *rows])).encode())


def about(*ids, name="id"):
    rows = "".join(f"{one}\tclass {i % 2}\t{i}\n" for i, one in enumerate(ids))
    return metadata.read("m.tsv", f"{name}\tdiagnosis\tnumber\n{rows}".encode())


def mangled(name):
    """R's make.names."""
    points = "".join(c if c.isalnum() or c in "._" else "." for c in name)
    return f"X{points}" if points[:1].isdigit() or points[:1] == "_" else points


@pytest.mark.parametrize(
    ("ours", "theirs", "step"),
    [
        ("S-1", "S-1", "letter by letter"),
        ("NA", "NA", "letter by letter"),
        ("001", "001", "letter by letter"),
        ("S1", "'S1'", "without quotation marks"),
        ("S1", "s1", "whatever the case"),
        ("X1.a.b", "1-a b", "with R's changes undone"),
        ("12-a", "X12.a", "with R's changes undone"),
        ("HD.1", "hd_1", "with R's changes undone"),
        ("Größe-1", "Größe.1", "with R's changes undone"),
        ("Gro\u0308ße", "Größe", "without quotation marks"),  # an accent of its own
    ],
)
def test_ids_that_meet(ours, theirs, step):
    found = joining.find(table(ours, "other"), about("nobody", theirs))
    assert found.matching.pairs == {0: 1}
    assert found.matching.steps == {step: 1}
    assert (found.matching.samples, found.matching.rows) == ((1,), (0,))


@given(st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 .-]{0,8}", fullmatch=True), min_size=1,
                max_size=12, unique_by=plain), st.randoms())  # fmt: skip
def test_what_r_did_is_undone_in_any_order(names, random):
    shuffled = random.sample(names, len(names))
    found = match([mangled(name) for name in names], shuffled)
    assert {names[i]: shuffled[row] for i, row in found.pairs.items()} == {n: n for n in names}
    assert not found.ambiguous


def test_the_same_id_wins_over_one_that_r_changed():
    found = match(["X1", "1", "a", "A"], ["1", "X1", "A", "a"])
    assert found.pairs == {0: 1, 1: 0, 2: 3, 3: 2}
    assert found.steps == {"letter by letter": 4}


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("S1_R1.fastq", "S1", "the ending of a file"),
        ("S1_S12_L001_R1_001.fastq.gz", "S1", "the ending of a file"),
        ("S1_1.fastq.gz", "S1", "the ending of a file"),
        ("007", "7", "without leading zeros"),
        ("sample07", "sample7.0", "without leading zeros"),
        ("patient.12", "patiant.12", "of the letters"),
    ],
)
def test_near_ids_are_suggested_and_taken_only_when_asked(ours, theirs, why):
    found = joining.find(table(ours, "sure"), about("sure", theirs))
    assert found.matching.pairs == {1: 0}
    assert [(near.sample, near.row) for near in found.matching.near] == [(0, 1)]
    assert why in found.matching.near[0].why
    assert joining.join(table(ours, "sure"), found).sample_ids == ("sure",)
    both = joining.join(table(ours, "sure"), found, near=True)
    assert both.metadata["diagnosis"] == ("class 1", "class 0")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (["sample12", "ok"], ["sample13", "ok"]),
        (["patient A1", "ok"], ["B1", "ok"]),
        (["TS100.2", "TS100"], ["TS100", "other"]),
        (["caseA", "ok"], ["caseB", "caseC", "ok"]),
    ],
    ids=["another number", "other letters", "taken already", "a tie"],
)
def test_what_is_not_near(ours, theirs):
    assert match(ours, theirs).near == ()


def test_thousands_of_strangers_are_compared_in_no_time():
    ours = [f"a{'b' * (i % 50)}{i % 7}" for i in range(5000)]
    theirs = [f"c{'d' * (i % 60)}{i % 7}" for i in range(5000)]
    found = match([f"{name}-{i}" for i, name in enumerate(ours)], theirs)
    assert not found.pairs


@pytest.mark.parametrize(
    ("ours", "theirs", "sentence"),
    [
        (["S1", "S2"], ["S1", "S1", "S2"],
         "2 rows of metadata fit the sample “S1”: “S1”. In the metadata they stand in row 2 and "
         "row 3."),
        (["A-1", "A.1"], ["A 1"], "“A 1” fit 2 samples: “A-1”, “A.1”.*stands in row 2"),
    ],
)  # fmt: skip
def test_ids_that_cannot_be_told_apart_are_refused(ours, theirs, sentence):
    found = joining.find(table(*ours), about(*theirs))
    with pytest.raises(TableError, match=sentence):
        joining.join(table(*ours), found)


def test_rows_that_say_the_same_count_once():
    raw = ABOUT.replace("S2\twell", "S1\tsick\t34\nS2\twell").encode()
    found = joining.find(table("S1", "S2"), metadata.read("m.tsv", raw))
    assert found.metadata.notes[-1] == "1 row of metadata repeat another and count once."
    joined = joining.join(table("S1", "S2"), found)
    assert joined.metadata["diagnosis"] == ("sick", "well")
    assert found.metadata.lines == (3, 5)


def test_the_column_that_fits_best_is_found_and_another_can_be_chosen():
    text = "patient,age,run,again\nP1,30,s-2,1\nP2,31,s-1,x\nP3,32,none,s.2\n"
    about = metadata.read("m.csv", text.encode())
    ours = table("s.1", "s.2")
    found = joining.find(ours, about)
    assert found.column == "run"
    assert list(found.columns.items())[:2] == [("run", 2), ("again", 1)]
    assert joining.join(ours, found).metadata["patient"] == ("P2", "P1")
    assert joining.find(ours, about, "again").matching.pairs == {1: 2}
    assert joining.find(ours, about, "gone").column == "run"


def test_samples_without_a_row_are_left_out_with_what_only_they_had():
    ours = read("t.csv", b"id,g__A,g__B,site\nS1,1,0,gut\nS9,2,5,skin\nS2,3,0,gut\n")
    found = joining.find(ours, metadata.read("m.tsv", ABOUT.encode()))
    joined = joining.join(ours, found)
    assert joined.sample_ids == ("S1", "S2")
    assert joined.taxa == ("g__A",)
    np.testing.assert_array_equal(joined.values, [[1], [3]])
    assert joined.metadata == {
        "site": ("gut", "gut"),
        "diagnosis": ("sick", "well"),
        "age": ("34", "40"),
    }
    assert joined.notes[-1] == (
        "Metadata were joined by “#SampleID” for 2 samples; 1 sample without metadata left out, "
        "as agreed, with 1 taxon seen in no other."
    )


def test_columns_of_one_name_are_both_kept():
    ours = read("t.csv", b"id,g__A,g__B,age\nS1,1,2,young\nS2,2,5,old\n")
    joined = joining.join(ours, joining.find(ours, metadata.read("m.tsv", ABOUT.encode())))
    assert joined.metadata["age"] == ("young", "old")
    assert joined.metadata["age (2)"] == ("34", "40")


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("m.tsv", ABOUT.encode()),
        ("m.csv", ABOUT.replace("\t", ",").encode("utf-8-sig")),
        ("m.csv", ABOUT.replace("\t", ";").replace("\n", "\r").encode("cp1252")),
        ("m.txt", b'"diagnosis" "age"\n"S1" "sick" 34\n"S2" "well" 40\n'),
        ("m.tsv.gz", gzip.compress(ABOUT.encode())),
        ("m.xlsx", book({"notes": [], "data": [["id", "diagnosis", "age"], ["S1", "sick", 34],
                                               ["S2", "well", 40.0]]})),
        ("m.csv", b"S1,sick,34\nS2,well,40\n"),
        ("m.tsv", ABOUT.replace("age\n", "age\t\t\n").encode()),
    ],
    ids=["QIIME", "BOM", "CR and semicolons", "R", "gzip", "Excel", "no header", "empty columns"],
)  # fmt: skip
def test_metadata_in_every_dress(name, raw):
    joined = joining.join(table("S1", "S2"), joining.find(table("S1", "S2"),
                                                          metadata.read(name, raw)))  # fmt: skip
    assert list(joined.metadata.values()) == [("sick", "well"), ("34", "40")]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"id\tage\tage\nS1\t1\t2\n", "2 columns named “age”"),
        (b"id\tage\n", "a header and no row"),
        (b"0\n1\n", "Only one column"),
        (b"", "nothing but blanks"),
        (b"\x1f\x8bdamaged", "damaged, or hold more"),
        (b"PK\x03\x04damaged", "damaged"),
        (b"id\tage\nS1\t1\t2\t3\t4\n", "Row 2"),
    ],
)
def test_metadata_that_cannot_be_read(raw, sentence):
    with pytest.raises(TableError, match=sentence):
        metadata.read("m.tsv", raw)


def test_nothing_in_common_shows_both_and_the_wrong_direction_is_recognised():
    with pytest.raises(TableError, match=r"No id .* The table has “a”, “b”; the metadata, in “id”, "
                       "have “q”, “r”"):  # fmt: skip
        joining.find(table("a", "b"), about("q", "r"))
    turned = read("t.csv", b"id,S1,S2,S3\nalpha,1,2,3\nbeta,4,5,6\n")
    with pytest.raises(TableError, match="but 2 taxa have: samples seem to be in the other"):
        joining.find(turned, metadata.read("m.tsv", ABOUT.encode()))


def test_metadata_among_the_files_of_a_table_are_recognised():
    import json

    biom = ("t.biom", json.dumps(BIOM).encode())
    mapping = ("map.tsv", b"#SampleID\tsite\tage\nNA\tgut\t3\n001\tskin\t4\n")
    lineages = ("tax.tsv", b"Feature ID\tTaxon\nO1\tk__B\n")
    files, about = metadata.apart((mapping, biom, lineages))
    assert (files, about) == ((biom, lineages), (mapping,))
    assert read_several(files).sample_ids == ("NA", "001", "c")
    counts = ("a.csv", b"id,Bacteroides,Prevotella,site\nS1,1,2,gut\nS2,3,4,skin\n")
    assert metadata.apart((counts, biom)) == ((counts, biom), ())
    assert metadata.apart((mapping,)) == ((mapping,), ())
    assert metadata.apart((mapping, mapping)) == ((mapping, mapping), ())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("Sample_1", "Sample_2", "Sample_11"), ("1", "2", "11", "12")),
        (("1", "2", "11"), ("P-001", "P-002", "P-011")),
        (("S1_metaphlan_bugs_list", "S12_metaphlan_bugs_list"), ("S1", "S12")),
        (("S1_Abundance-RPKs", "S2_Abundance-RPKs"), ("S1", "S2")),
        (("10317.000001", "10317.000002"), ("000001", "000002")),
        (("x.1.y", "x.2.y"), ("1", "2")),
    ],
)
def test_what_all_ids_of_one_file_begin_or_end_with_is_left_out(ours, theirs):
    found = match(ours, theirs)
    assert not found.pairs
    assert {near.sample: near.row for near in found.near} == {i: i for i in range(len(ours))}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (("case1", "case2"), ("control1", "control2")),
        (("S11", "S12"), ("1", "2")),
        (("run_a", "run_b"), ("c", "d")),
        (("A_1", "B_1"), ("1", "2")),
        (("s_1", "s_7"), ("1", "9")),  # one alone may be chance
    ],
)
def test_what_only_looks_like_a_common_beginning(ours, theirs):
    found = match(ours, theirs)
    assert not found.pairs
    assert not found.near


def test_a_column_that_is_named_as_a_sample_is_still_a_column():
    found = joining.find(table("a", "b"), metadata.read("m.tsv", b"id\tB\tage\na\tx\t3\nb\ty\t4\n"))
    assert found.column == "id"
    assert joining.join(table("a", "b"), found).metadata == {"B": ("x", "y"), "age": ("3", "4")}


def test_ids_that_are_the_same_without_their_beginning_are_left_to_a_person():
    found = match(("s_1", "s_01", "s_2", "s_3"), ("1", "2", "3"))
    assert {near.sample: near.row for near in found.near} == {2: 1, 3: 2}
