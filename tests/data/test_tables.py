"""Reading tables: every trap is a file made here, and every error names its place."""

import gzip
from time import process_time

import numpy as np
import pytest

from latentcore.data.tables import Choices, TableError, grid, read, reading

PLAIN = "id,g__A,g__B,label\nNA,1,0,case\n001,2,3,control\n1E5,0,4,case\n"


def table(text, name="t.csv", encoding="utf-8", **choices):
    return read(name, text.encode(encoding), Choices(**choices))


def error(text, **choices):
    with pytest.raises(TableError) as caught:
        table(text, **choices)
    assert caught.value.expected
    assert caught.value.do
    assert str(caught.value) == " ".join(caught.value.sentences)
    return str(caught.value)


def test_ids_stay_text():
    found = table(PLAIN)
    assert found.sample_ids == ("NA", "001", "1E5")
    assert found.taxa == ("g__A", "g__B")
    assert found.kind == "counts"
    assert found.metadata == {"label": ("case", "control", "case")}
    np.testing.assert_array_equal(found.values, [[1, 0], [2, 3], [0, 4]])


@pytest.mark.parametrize(
    ("change", "options"),
    [
        (lambda t: t.replace(",", "\t"), {}),
        (lambda t: t.replace(",", ";"), {}),
        (lambda t: t.replace("\n", "\r\n"), {}),
        (lambda t: t.replace("\n", "\r"), {}),
        (lambda t: "\ufeff" + t, {}),
        (lambda t: t, {"encoding": "utf-16"}),
        (lambda t: t.replace("\n", ",,\n"), {}),
        (lambda t: t + ",,,\n\n", {}),
        (lambda t: "\n" + t, {}),
        (lambda t: t.replace("label", '"label"').replace("case", '"case"'), {}),
    ],
    ids=[
        "tabs",
        "semicolons",
        "crlf",
        "cr",
        "bom",
        "utf-16",
        "trailing empty columns",
        "trailing empty rows",
        "blank first row",
        "quotes",
    ],
)
def test_writing_makes_no_difference(change, options):
    plain, found = table(PLAIN), table(change(PLAIN), **options)
    assert (found.sample_ids, found.taxa) == (plain.sample_ids, plain.taxa)
    assert found.metadata == plain.metadata
    np.testing.assert_array_equal(found.values, plain.values)


def test_decimal_commas_with_semicolons():
    found = table("id;g__A;g__B;label\na;0,25;0,75;x, y\nb;1,5e-1;0,85;z\n")
    np.testing.assert_allclose(found.values, [[0.25, 0.75], [0.15, 0.85]])
    assert found.kind == "proportions"
    assert found.metadata["label"] == ("x, y", "z")
    assert any("Decimal commas" in note for note in found.notes)


def test_windows_letters():
    found = table("id,g__A,site\né,1,forêt\nb,2,pré\n", encoding="cp1252")
    assert found.metadata["site"] == ("forêt", "pré")
    assert any("Windows-1252" in note for note in found.notes)


def test_semicolons_in_names_are_not_delimiters():
    found = table("id,k__A;p__B,k__A;p__C,label\na,1,2,x\nb,3,5,y\n")
    assert found.taxa == ("k__A;p__B", "k__A;p__C")


def test_gzip_in_several_members():
    half = len(PLAIN) // 2
    raw = gzip.compress(PLAIN[:half].encode()) + gzip.compress(PLAIN[half:].encode())
    assert read("t.csv.gz", raw).sample_ids == table(PLAIN).sample_ids


def test_gzip_is_capped_and_checked(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    with pytest.raises(TableError, match="more than 200 MB"):
        read("bomb.gz", gzip.compress(b"0" * 5000))
    with pytest.raises(TableError, match="damaged"):
        read("cut.gz", gzip.compress(PLAIN.encode())[:-12])


@pytest.mark.parametrize(("rows", "columns"), [(4, 100_000), (100, 20_000)])
def test_wide_tables_are_read_at_once(rows, columns):
    line = ",".join(str(j % 7) for j in range(columns))
    text = "id," + ",".join(f"g__{j}" for j in range(columns)) + ",label\n"
    text += "".join(f"s{i},{line},{'xy'[i % 2]}\n" for i in range(rows))
    begun = process_time()
    found = table(text)
    assert process_time() - begun < 5  # a call for each column took ten times as long
    assert found.values.shape == (rows, columns - columns // 7 - (columns % 7 > 0))
    assert found.metadata["label"][:2] == ("x", "y")


def test_large_tables_are_refused(monkeypatch):
    monkeypatch.setattr(grid, "LONGEST", 5)
    assert "at most 5 of each" in error("id,a,b,c,d,e,f\ns,1,2,3,4,5,6\n")
    assert "too large" in error("id,a\n" + "".join(f"s{i},1\n" for i in range(6)))
    assert len(table("id,a\n" + "".join(f"s{i},{i + 1}\n" for i in range(5))).values) == 5
    monkeypatch.setattr(grid, "MOST_CELLS", 6)
    assert "6 cells" in error("id,a\ns,1\nt,2\nu,3\nv,4\n")


def test_what_python_but_nobody_else_calls_a_number():
    rows = "".join(f"s{i},{i},{2**64 + i}\n" for i in range(8))
    assert "“1_000”, which is not a finite number" in error(f"id,a,b\n{rows}t,1_000,2\n")
    assert table(f"id,a,b\n{rows}").values[0, 1] == 2**64


def test_a_label_of_numbers_and_facts_of_numbers():
    text = "id,g__A,g__B,outcome7,age\na,1,2,0,33\nb,3,4,1,51\nc,0,9,1,20\nd,2,9,0,8\n"
    found = table(text, label="outcome7")
    assert found.metadata == {"outcome7": ("0", "1", "1", "0"), "age": ("33", "51", "20", "8")}
    assert found.labels() == ("outcome7",)
    assert "“age”" in " ".join(found.notes)
    assert "There is no column “absent”" in error(text, label="absent")


def test_without_ids_samples_are_named_by_row():
    found = table("g__A,g__B,label\n1,2,x\n3,4,y\n")
    assert found.sample_ids == ("row 2", "row 3")


def test_row_names_of_r():
    found = table('"","a","b","label"\n"s1",1,2,"x"\n"s2",3,4,"y"\n')
    assert found.sample_ids == ("s1", "s2")
    assert found.taxa == ("a", "b")


def test_integer_names_of_taxa_are_a_header():
    assert table("id,101,102,103\ns1,1,2,3\ns2,4,5,6\n").taxa == ("101", "102", "103")


def test_what_holds_nothing_is_dropped_and_said():
    found = table("id,g__A,g__B,g__C,label\na,1,2,0,x\nempty,0,0,0,x\nc,3,4,0,y\n")
    assert found.sample_ids == ("a", "c")
    assert found.taxa == ("g__A", "g__B")
    assert found.metadata["label"] == ("x", "y")
    notes = " ".join(found.notes)
    assert "“empty”" in notes
    assert "1 taxon" in notes


def test_ranks_that_add_up_are_counted_once():
    text = "id,k__A,k__A|p__B,k__A|p__C,label\na,100,40,60,x\nb,100,30,70,y\n"
    assert table(text).taxa == ("k__A|p__B", "k__A|p__C")
    leftover = text.replace("a,100", "a,5").replace("b,100", "b,7")
    assert table(leftover).taxa == ("k__A", "k__A|p__B", "k__A|p__C")


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ("a,1,2\nb,3,4\n", "counts"),
        ("a,30,70\nb,40,60\n", "proportions"),
        ("a,0.5,0.5\nb,0.2,0.8\n", "proportions"),
        ("a,1,3\nb,1.5,3\n", "proportions"),
    ],
)
def test_kind(rows, kind):
    assert table("id,g__A,g__B\n" + rows).kind == kind


def test_totals_far_off_are_said():
    found = table("id,g__A,g__B\na,30.5,69.5\nb,40,60\nc,20,40.25\n")
    assert any("under 90 %" in note and "60.25" in note for note in found.notes)


BAD_CELLS = {
    "": "is blank",
    "NA": "holds “NA”",
    "-0.5": "negative number “-0.5”",
    "lots": "holds “lots”, which is not a finite number",
    "inf": "holds “inf”, which is not a finite number",
    '"1,2,34"': "holds “1,2,34”",
    "<0.01": "holds “<0.01”",
    "<b>bold</b>" * 9: "holds “<b>bold</b>",
}


@pytest.mark.parametrize("cell", BAD_CELLS, ids=lambda cell: cell[:8] or "blank")
def test_a_bad_cell_is_named(cell):
    rows = "".join(f"s{i},{i},{i + 1},x\n" for i in range(8))
    said = error(f"id,g__A,g__B,label\n{rows}s8,5,{cell},y\n")
    assert "row 10 (sample “s8”), column C (“g__B”)" in said
    assert BAD_CELLS[cell] in said
    assert len(said) < 500


@pytest.mark.parametrize("cell", ["NA", "n.d.", "-", "<0.01", "1;234"])
def test_a_taxon_that_mostly_holds_no_numbers_is_not_taken_for_metadata(cell):
    rows = "".join(f"s{i},{i},{cell if i else 7},x\n" for i in range(8))
    said = error(f"id,g__A,g__B,host__sex\n{rows}")
    assert f"row 3 (sample “s1”), column C (“g__B”) holds “{cell}”" in said
    assert table(f"id,g__A,g__B,host__sex\n{rows}", label="g__B").taxa == ("g__A",)


def test_a_second_header_is_said_to_be_one():
    said = error("id,Firmicutes,Bacteroidetes,Fusobacteria\nx,g__A,g__B,g__C\na,1,2,3\nb,3,5,6\n")
    assert "second header" in said
    assert "row 2" in said


NUMBERS = {
    "blanks": ("id;g__A;g__B\na;1\u00a0234;2\nb;12 345;5\n", [[1234, 2], [12345, 5]]),
    "apostrophes": ("id;g__A;g__B\na;1'234;2\nb;12’345;5\n", [[1234, 2], [12345, 5]]),
    "commas": ('id,g__A,g__B\na,"1,234",2\nb,"12,345,678",5\n', [[1234, 2], [12345678, 5]]),
    "commas and points": ("id\tg__A\tg__B\na\t1,234.5\t2\nb\t1,234\t5\n", [[1234.5, 2], [1234, 5]]),
    "points": ("id;g__A;g__B\na;1.234;2\nb;1.000;512\n", [[1234, 2], [1000, 512]]),
    "points and commas": (
        "id;g__A;g__B\na;1.234;2,5\nb;1.234.567;5\n",
        [[1234, 2.5], [1234567, 5]],
    ),
    "decimals": ("id;g__A;g__B\na;1.234;2.5\nb;1.000;512\n", [[1.234, 2.5], [1, 512]]),
    "decimals of either kind": (
        "id;g__A;g__B\na;1.234;2.5\nb;0,5;512\n",
        [[1.234, 2.5], [0.5, 512]],
    ),
    "quoted commas": ('id,g__A,g__B\na,"0,25","0,75"\nb,"0,5","0,5"\n', [[0.25, 0.75], [0.5, 0.5]]),
    "percent": ("id,g__A,g__B\na,10%,90 %\nb,33.5%,66.5%\n", [[10, 90], [33.5, 66.5]]),
}


@pytest.mark.parametrize("written", NUMBERS)
def test_numbers_as_people_write_them(written):
    text, values = NUMBERS[written]
    assert table(text).values.tolist() == values


@pytest.mark.parametrize("written", ["points", "blanks", "commas", "percent", "quoted commas"])
def test_numbers_as_people_write_them_in_a_large_file(written, monkeypatch):
    monkeypatch.setattr(reading, "LARGE", 0)
    text, values = NUMBERS[written]
    assert table(text).values.tolist() == values


def test_shares_beside_percent_are_refused():
    assert "10%" in error("id,g__A,g__B\na,10%,0.5\nb,0.5,0.5\nc,1,2\n")


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    said = error("id,g__A,g__B\na,1,2\n\nb,3,oops\nc,5,6\nd,5,6\n")
    assert "row 4 (sample “b”), column C" in said


def test_a_bad_cell_of_a_swapped_table_is_named_where_the_file_has_it():
    said = error("taxon,a,b,c\ng__A,1,2,3\ng__B,4,x,6\n", rows="taxa")
    assert "column C (sample “b”), row 3 (“g__B”)" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("  \n \n", "is empty"),
        ("id,g__A,label\n", "no sample below"),
        ("just\nwords\n", "Only one column"),
        ("just words\nand more\n", "No column of numbers"),
        ("id,g__A,g__A\na,1,2\nb,3,4\n", "Two columns are named “g__A”. They are column B and"),
        ("id,g__A,g__B\na,1,2\na,3,4\n", "the id “a”. They are in row 2 and row 3."),
        ("id,g__A,g__B\na,1,2\n,3,4\n", "row 3 has no id"),
        ("id,g__A,g__B\na,1,2\nb,3,4,5\n", "Row 3 (sample “b”) has 4 cells"),
        ("id,g__A,g__B\na,1\nb,3,4\nc,3,4\n", "row 2 (sample “a”), column C (“g__B”) is blank"),
        ("id,sex,label\na,f,x\nb,m,y\n", "No column of numbers"),
        ("id,g__A,g__B\na,0,0\nb,0,0\n", "Every abundance is zero"),
        ('{"format": "Biological Observation Matrix 1.0.0"}', "BIOM 1"),
        ("<html>", "web page"),
        ('id,g__A\na,"1\nb,2\n', "quotation mark"),
    ],
    ids=lambda value: ascii(value)[1:25],
)
def test_a_file_that_is_no_table_gets_a_sentence(text, said):
    assert said in error(text)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04rest", "damaged"),
        (b"\xd0\xcf\x11\xe0", "old Excel"),
        (b"id,g__A\na,\x00\n", "not text"),
        (bytes(range(256)) * 3, "not text"),
    ],
)
def test_bytes_that_are_no_text_get_a_sentence(raw, said):
    with pytest.raises(TableError, match=said):
        read("t.csv", raw)


def test_a_swapped_table():
    found = table("taxon,a,b\ng__A,1,2\ng__B,3,4\nlabel,x,y\n", rows="taxa")
    assert found.sample_ids == ("a", "b")
    assert found.taxa == ("g__A", "g__B")
    assert found.metadata == {"label": ("x", "y")}


def test_classes_and_rows():
    found = table("id,g__A,label\n" + "".join(
        f"s{i},{i + 1},{label}\n" for i, label in enumerate(["x", "y", "x", "NA", "z", "y", "x"])
    ))  # fmt: skip
    assert found.classes("label") == {"x": 3, "y": 2, "z": 1}
    rows, y = found.rows_of("label", ("y", "x"))
    assert rows.tolist() == [0, 1, 2, 5, 6]
    assert y.tolist() == [1, 0, 1, 0, 1]


def test_noise_is_a_table_or_a_table_error():
    """A glance ahead at fuzzing: random files of the alphabet that tables are made of."""
    rng = np.random.default_rng(0)
    alphabet = list("ab01-.,;\t\n\r\"'eNA_|é ")
    for _ in range(300):
        text = "".join(rng.choice(alphabet, size=rng.integers(1, 120)))
        try:
            found = table(text)
        except TableError as trouble:
            assert trouble.what
        else:
            assert np.isfinite(found.values).all()
            assert (found.values >= 0).all()
            assert found.values.shape == (len(found.sample_ids), len(found.taxa))
