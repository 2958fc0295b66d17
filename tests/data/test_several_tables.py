"""Several files as one table."""

import gzip
import io
import zipfile

import pytest

from latentcore.data.tables import Choices, TableError, read, read_several
from tests.data.table_files import BRACKEN, KRAKEN

OTHER = BRACKEN.replace("sp. alone\t8\tS\t70\t5\t75", "E. albertii\t9\tS\t3\t0\t3")
TABLE = ("t.tsv", b"#OTU ID\tS1\tS2\nO1\t1\t2\nO2\t3\t4\n")
TAXONOMIES = {
    "qiime": b"Feature ID\tTaxon\tConfidence\nO1\tk__B; g__X\t0.9\nO9\tk__B\t1\n",
    "mothur": b"OTU\tSize\tTaxonomy\nO1\t12\tBacteria(100);F(99);\n",
    "phyloseq": b'"","Kingdom","Genus"\n"O1","Bacteria","X"\n"O2",NA,NA\n',
}


def packed(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in files:
            archive.writestr(name, raw)
    return out.getvalue()


def test_one_sample_a_file():
    files = [("A.bracken", BRACKEN.encode()), ("B.bracken", OTHER.encode())]
    found = read_several(files)
    assert found.sample_ids == ("A", "B")
    assert found.taxa == ("E. coli", "sp. alone", "E. albertii")
    assert found.values.tolist() == [[810, 75, 0], [810, 0, 3]]
    assert found.ranks == {"species": found.taxa}
    assert "2 files were put together: 2 samples, 3 taxa" in found.notes[0]
    squeezed = [(f"run/{name}.gz", gzip.compress(raw)) for name, raw in files]
    again = read("all.zip", packed(squeezed))
    assert (again.sample_ids, again.values.tolist()) == (found.sample_ids, found.values.tolist())


def test_choices_go_to_every_file():
    files = [("A.kreport", KRAKEN.encode()), ("B.kreport", KRAKEN.encode())]
    found = read_several(files, Choices(rank="genus"))
    assert (found.taxa, found.sample_ids) == (("Escherichia",), ("A", "B"))
    assert found.found["rank"].value == "genus"


@pytest.mark.parametrize("kind", TAXONOMIES)
def test_a_table_and_its_taxonomy(kind):
    for files in ([TABLE, ("tax.tsv", TAXONOMIES[kind])], [("tax.tsv", TAXONOMIES[kind]), TABLE]):
        found = read_several(files)
        assert found.values.tolist() == [[1, 3], [2, 4]]
        assert found.ranks["phylum" if kind == "mothur" else "genus"][1] == ""
        assert found.ranks["kingdom"][0] in ("B", "Bacteria")
        assert found.notes[-1] == "The taxonomy names 1 of 2 taxa."


def test_batches_keep_their_metadata():
    one = ("a.csv", b"id,OTU1,OTU2,site\nS1,1,2,gut\nS2,3,4,skin\n")
    two = ("b.csv", b"id,OTU2,OTU3,sex\nT1,1,2,f\nT2,3,4,m\n")
    found = read_several([one, two])
    assert found.taxa == ("OTU1", "OTU2", "OTU3")
    assert found.values[2].tolist() == [0, 1, 2]
    assert found.metadata == {"site": ("gut", "skin", "", ""), "sex": ("", "", "f", "m")}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([TABLE, ("u.tsv", TABLE[1])], "2 samples are in more than one file: “S1”, “S2”"),
        ([TABLE, ("p.csv", b"id,OTU1,OTU2\na,0.5,0.5\n")], "counts and some hold proportions"),
        ([TABLE, ("p.csv", b"just\nwords\n")], "In the file “p.csv”"),
        ([("a.tsv", TAXONOMIES["qiime"]), ("b.tsv", TAXONOMIES["mothur"])], "no abundances"),
        ([TABLE, ("tax.tsv", b"Feature ID\tTaxon\nX\tk__B\n")], "none of the table's taxa"),
        ([TABLE, ("z.zip", b"PK\3\4")], "damaged"),
    ],
    ids=["copies", "kinds", "no table", "taxonomies only", "other taxa", "damaged"],
)
def test_files_that_do_not_go_together(files, sentence):
    with pytest.raises(TableError, match=sentence):
        read_several(files)
