"""Every format of the field as a file made here, with the traps that real ones hold."""

import gzip
import io
import json
import zipfile

import numpy as np
import pytest

from latentcore.data.tables import Choices, TableError, archive, read, reading
from tests.data.table_files import BIOM, BRACKEN, KRAKEN, METAML, MPA, QIIME, SHARED


def table(text, name="t.tsv", **choices):
    raw = text if isinstance(text, bytes) else text.encode()
    return read(name, raw, Choices(**choices))


def said(table):
    return " ".join(table.notes)


def test_metaphlan_reads_one_rank():
    found = table(MPA)
    assert found.sample_ids == ("s1", "s2")
    assert found.taxa == ("UNCLASSIFIED", *(f"k__B|p__{x}" for x in ("F|s__a", "F|s__b", "G|s__c")))
    np.testing.assert_allclose(found.totals, 100)
    assert found.ranks["species"] == ("", "a", "b", "c")
    assert found.found["rank"].value == "species"
    assert found.found["rank"].options == ("kingdom", "phylum", "species", "strain")
    phyla = table(MPA, rank="phylum")
    assert phyla.taxa == ("UNCLASSIFIED", "k__B|p__F", "k__B|p__G")
    np.testing.assert_allclose(phyla.totals, 100)


def test_a_rank_that_is_not_there():
    with pytest.raises(TableError, match=r"no rank “genus”.*“kingdom”, “phylum”"):
        table(MPA, rank="genus")
    with pytest.raises(TableError, match="ranks are not mixed here"):
        table(QIIME, rank="genus")


def test_a_rank_that_holds_a_part_only_says_so():
    text = MPA.replace("k__B|p__G|s__c\t2|4|7\t30\t0\n", "")
    assert "hold 83% of the fullest rank" in said(table(text))


def test_metaphlan_of_one_sample_takes_the_name_of_the_file():
    text = (
        "#mpa_v30\n#/usr/bin/metaphlan in.fq\n#SampleID\tMetaphlan_Analysis\n"
        "#clade_name\tNCBI_tax_id\trelative_abundance\tadditional_species\n"
        "k__B\t2\t100.0\t\nk__B|s__a\t2|5\t75.0\tk__B|s__x,k__B|s__y\nk__B|s__b\t2|6\t25.0\t\n"
    )
    found = table(text, name="runs/P01_profile.txt.gz")
    assert found.sample_ids == ("P01_profile",)
    assert found.values.tolist() == [[75, 25]]


def test_qiime_keeps_integer_ids_and_takes_the_taxonomy_apart():
    found = table(QIIME)
    assert (found.sample_ids, found.taxa) == (("S1", "S.2"), ("101", "102"))
    assert found.values.tolist() == [[1, 3], [2, 4]]
    assert found.ranks == {
        "kingdom": ("Bacteria", "Bacteria"),
        "phylum": ("Firmicutes", "B"),
        "genus": ("", "X"),
    }
    assert not found.metadata


def test_ids_of_samples_may_be_numbers_where_taxa_are_in_rows():
    found = table("#OTU ID\t001\t002\nO1\t1\t2\nO2\t3\t4\n")
    assert (found.sample_ids, found.taxa) == (("001", "002"), ("O1", "O2"))


def test_mothur_reads_one_label():
    found = table(SHARED)
    assert found.found["level"].value == "0.03"
    assert found.found["level"].options == ("unique", "0.03")
    assert found.values.tolist() == [[1, 2], [2, 4]]
    assert "2 rows of other labels were left out" in said(found)
    assert table(SHARED, level="unique").values.tolist() == [[6, 2], [7, 4]]
    for end in ("\r", "\r\n"):
        assert table(SHARED.replace("\n", end)).taxa == found.taxa
    uneven = SHARED.replace("Otu2\t\n", "Otu2\n")  # only the rows end with a tab
    assert table(uneven).values.tolist() == found.values.tolist()


def test_metaml_has_its_labels_inside():
    found = table(METAML)
    assert found.sample_ids == ("01", "b", "c")
    assert found.taxa == ("k__B|s__a", "k__B|s__b")
    assert found.metadata["disease"] == ("n", "cirrhosis", "n")
    assert found.metadata["age"] == ("30", "nd", "41")
    assert found.kind == "proportions"


def test_kraken_reads_the_clades_of_one_rank():
    found = table(KRAKEN, name="S7.kreport")
    assert found.sample_ids == ("S7",)
    assert dict(zip(found.taxa, found.values[0], strict=True)) == {"E. coli": 900, "sp. alone": 70}
    assert found.ranks["genus"] == ("Escherichia", "")  # the second lies beside the genus
    assert "10 are unclassified and 20 belong to no species" in said(found)
    assert table(KRAKEN, rank="genus").taxa == ("Escherichia",)


def test_two_reports_of_kraken_in_one_file():
    with pytest.raises(TableError, match="“E. coli \\(6\\)” twice"):
        table(KRAKEN * 2)


def test_ids_tell_clades_of_kraken_apart_where_names_do_not():
    found = table(KRAKEN + " 2.00\t20\t20\tS\t9\t      sp. alone\n")
    assert found.taxa == ("E. coli", "sp. alone (8)", "sp. alone (9)")
    assert found.values.tolist() == [[900, 70, 20]]


def test_kraken_with_minimisers():
    text = "".join(
        "\t".join([*line.split("\t")[:3], "5", "4", *line.split("\t")[3:]])
        for line in KRAKEN.splitlines(keepends=True)
    )
    assert table(text).values.tolist() == [[900, 70]]


def test_bracken_one_file_or_several_combined():
    found = table(BRACKEN, name="S7.bracken")
    assert (found.sample_ids, found.taxa) == (("S7",), ("E. coli", "sp. alone"))
    assert found.values.tolist() == [[810, 75]]
    assert found.ranks == {"species": ("E. coli", "sp. alone")}
    combined = (
        "name\ttaxonomy_id\ttaxonomy_lvl\tA_num\tA_frac\tB_num\tB_frac\n"
        "E. coli\t6\tS\t8\t0.8\t5\t1\nE. albertii\t9\tS\t2\t0.2\t0\t0\n"
    )
    both = table(combined)
    assert both.sample_ids == ("A", "B")
    assert both.values.tolist() == [[8, 2], [5, 0]]


def test_mpa_of_kraken_without_a_header():
    found = table("d_B\t100\nd_B|p_F\t60\nd_B|p_G\t40\n", name="S1.mpa")
    assert (found.sample_ids, found.taxa) == (("S1",), ("d_B|p_F", "d_B|p_G"))
    assert found.ranks["phylum"] == ("F", "G")


@pytest.mark.parametrize("above", ["", "#Number of Samples: 2\n#S1\truns/A.kreport\n#S2\tB.txt\n"])
def test_reports_of_kraken_that_its_tools_combined(above):
    rows = [
        ("U", 0, "unclassified", 5, 7), ("R", 1, "root", 50, 40), ("D", 2, "  Bacteria", 50, 40),
        ("S", 3, "    E. coli", 30, 40), ("S", 4, "    B. fragilis", 15, 0),
    ]  # fmt: skip
    text = above + "#perc\ttot_all\ttot_lvl\t1_all\t1_lvl\t2_all\t2_lvl\tlvl_type\ttaxid\tname\n"
    for code, number, name, a, b in rows:
        text += f"1.0\t{a + b}\t0\t{a}\t0\t{b}\t0\t{code}\t{number}\t{name}\n"
    found = table(text)
    assert found.sample_ids == (("A", "B") if above else ("1", "2"))
    assert found.taxa == ("E. coli", "B. fragilis")
    assert found.values.tolist() == [[30, 15], [40, 0]]
    assert found.ranks["domain"] == ("Bacteria", "Bacteria")
    assert "of 102 reads 12 are unclassified and 5 belong to no species" in said(found)
    assert table(text, rank="domain").values.tolist() == [[50], [40]]


def test_mothur_counts_other_things_than_otus():
    for what in ("ASV", "Phylo"):
        text = f"label\tGroup\tnum{what}s\t{what}1\t{what}2\t\nx\tA\t2\t5\t1\t\nx\tB\t1\t0\t9\t\n"
        assert table(text).values.tolist() == [[5, 1], [0, 9]]
    text = "Representative_Sequence\ttotal\tA\tB\nM1\t30\t10\t20\nM2\t3\t3\t0\n"
    found = table(text, name="stability.count_table")
    assert (found.sample_ids, found.taxa) == (("A", "B"), ("M1", "M2"))
    assert found.values.tolist() == [[10, 3], [20, 0]]


def test_metaphlan_2_names_all_its_samples_alike():
    clades = [("k__B", 100, 100), ("k__B|p__F", 60, 100), ("k__B|p__G", 40, 0)]
    alone = "#SampleID\tMetaphlan2_Analysis\n" + "".join(f"{c}\t{a}\n" for c, a, _ in clades)
    found = table(alone, name="P1_profile.txt")
    assert (found.sample_ids, found.values.tolist()) == (("P1_profile",), [[60, 40]])
    merged = "ID\tP1\tP2\n#SampleID\tMetaphlan2_Analysis\tMetaphlan2_Analysis\n" + "".join(
        f"{c}\t{a}\t{b}\n" for c, a, b in clades
    )
    found = table(merged)
    assert (found.sample_ids, dict(found.metadata)) == (("P1", "P2"), {})
    assert found.values.tolist() == [[60, 40], [100, 0]]


def test_humann_has_reads_that_are_in_no_pathway():
    found = table("# Pathway\ta\tb\nUNMAPPED\t10\t20\nUNINTEGRATED\t5\t4\nPWY-1: x; y\t8\t9\n")
    assert found.taxa == ("UNMAPPED", "UNINTEGRATED", "PWY-1: x; y")


def test_lineages_of_qiime_1_begin_at_a_root():
    text = "#OTU ID\tS1\tS2\tConsensus Lineage\n0\t1\t2\tRoot;Bacteria;Firmicutes\n"
    assert table(text).ranks == {"kingdom": ("Bacteria",), "phylum": ("Firmicutes",)}


def test_numbers_around_the_taxa_describe_the_samples():
    text = (
        "index,k__A;p__F,k__A;p__B,Unassigned;__,site,year,days-since-start\n"
        "L1,10,20,3,gut,2008,0\nL2,11,21,0,skin,2009,84\n"
    )
    assert table(text).taxa == ("k__A;p__F", "k__A;p__B", "Unassigned;__")
    before = "id,zonulin,age,g__A,g__B,g__C\na,300,3,1,2,3\nb,30,4,1,0,3\n"
    assert table(before).taxa == ("g__A", "g__B", "g__C")
    assert table(before).metadata == {"zonulin": ("300", "30"), "age": ("3", "4")}
    alone = "id,Blautia,g__A,g__B,g__C\na,300,3,1,2\nb,30,4,1,0\n"
    assert table(alone).taxa == ("Blautia", "g__A", "g__B", "g__C")
    among = "id,g__A,Blautia,g__B,g__C\na,300,3,1,2\nb,30,4,1,0\n"
    assert table(among).taxa == ("g__A", "Blautia", "g__B", "g__C")


def test_taxa_that_only_columns_of_ranks_name():
    text = "Kingdom,Phylum,Genus,S1,S2\nB,F,X,1,2\nB,F,X,3,4\nB,NA,NA,5,6\n"
    found = table(text)
    assert found.sample_ids == ("S1", "S2")
    assert found.taxa == ("k__B;p__F;g__X (row 2)", "k__B;p__F;g__X (row 3)", "k__B;unclassified")
    assert found.values.tolist() == [[1, 3, 5], [2, 4, 6]]
    assert found.ranks == {
        "kingdom": ("B",) * 3, "phylum": ("F", "F", ""), "genus": ("X", "X", "")
    }  # fmt: skip


@pytest.mark.parametrize(
    "above",
    ["Supplementary Table 1. Abundances\n\n", "Table 1,,\n,,\n", "sep=,\n", "sep=,\nTable 1\n"],
    ids=["title", "title of a workbook", "sep", "both"],
)
def test_what_stands_above_the_header(above):
    found = table(above + "id,g__A,g__B\na,1,2\nb,x,5\n".replace("x", "3"), name="t.csv")
    assert (found.sample_ids, found.taxa) == (("a", "b"), ("g__A", "g__B"))
    row = above.count("\n") + 3
    with pytest.raises(TableError, match=f"row {row} "):
        table(above + "id,g__A,g__B\na,1,2\nb,x,5\nc,3,1\n")


@pytest.mark.parametrize(
    "text",
    [
        "Feature ID\tTaxon\tConfidence\nO1\tk__B; g__X\t0.9\n",
        "OTU\tSize\tTaxonomy\nO1\t12\tBacteria(100);F(99);\n",
    ],
    ids=["qiime", "mothur"],
)
def test_lineages_without_a_table(text):
    with pytest.raises(TableError, match="names lineages, but no abundances"):
        table(text)


def test_archives_within_archives():
    def packed(name, raw):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, raw)
        return out.getvalue()

    text = b"id,g__A,g__B\na,1,2\nb,3,5\n"
    squeezed = gzip.compress(text, mtime=0)
    assert table(packed("t.csv.gz", squeezed)).sample_ids == ("a", "b")
    for raw, said in (
        (packed("in.zip", packed("t.csv", text)), "zip archive within another"),
        (gzip.compress(squeezed, mtime=0), "gzip file within another"),
        (bytes(257) + b"ustar" + bytes(250), "tar archive"),
        (b"PK\5\6" + bytes(18), "empty zip archive"),
    ):
        with pytest.raises(TableError, match=said):
            table(raw)


def test_without_a_header_the_first_sample_is_kept():
    found = table("0.1,0.2,0.7\n0.3,0.3,0.4\n")
    assert found.values.tolist() == [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]]
    assert found.sample_ids == ("row 1", "row 2")
    assert found.taxa == ("column 1", "column 2", "column 3")
    named = table("s1,0.1,0.2,0.7\ns2,0.3,0.3,0.4\n")
    assert named.sample_ids == ("s1", "s2")
    assert named.taxa == ("column 2", "column 3", "column 4")
    assert "no header" in said(named)


def test_the_header_is_overruled():
    text = "id,101,102\ns1,1,2\ns2,3,4\n"
    assert table(text).taxa == ("101", "102")
    assert table(text, header="no").sample_ids == ("id", "s1", "s2")
    assert table("0.1,0.2\n0.3,0.4\n", header="yes").taxa == ("0.1", "0.2")


@pytest.mark.parametrize(
    "text",
    [
        "taxon,a,b\ng__A,1,2\ng__B,3,4\n",
        "name,a,b\nOTU1,1,2\nOTU2,3,4\n",
        "x,a,b\nk__A;p__B,1,2\nk__A;p__C,3,4\n",
        '"","a","b"\n"ASV1",1,2\n"ASV2",3,4\n',
        '"a" "b"\n"ASV1" 1 2\n"ASV2" 3 4\n',
        "a\tb\nASV1\t1\t2\nASV2\t3\t4\n",
    ],
    ids=["taxon", "otu", "lineage", "write.csv", "write.table", "write.table with tabs"],
)
def test_taxa_in_rows_are_turned(text):
    found = table(text)
    assert found.sample_ids == ("a", "b")
    assert found.values.tolist() == [[1, 3], [2, 4]]
    assert found.found["rows"].value == "taxa"
    assert "rows and columns were swapped" in said(found)
    kept = table(text, rows="samples")
    assert kept.values.tolist() == [[1, 2], [3, 4]]


def test_phyloseq_with_samples_in_rows_and_with_its_taxonomy():
    found = table('"","ASV1","ASV2"\n"X1.a",1,2\n"X2.b",3,4\n')
    assert (found.sample_ids, found.taxa) == (("X1.a", "X2.b"), ("ASV1", "ASV2"))
    both = '"","S1","S2","Kingdom","Genus"\n"ASV1",1,2,"Bacteria","X"\n"ASV2",3,4,"Bacteria",NA\n'
    turned = table(both)
    assert turned.sample_ids == ("S1", "S2")
    assert turned.ranks == {"kingdom": ("Bacteria", "Bacteria"), "genus": ("X", "")}


@pytest.mark.parametrize(
    ("name", "ranks"),
    [
        ("D_0__Bacteria;D_1__Firmicutes", {"domain": "Bacteria", "phylum": "Firmicutes"}),
        ("d__Bacteria;p__F", {"domain": "Bacteria", "phylum": "F"}),
        ("Bacteria(100);Firmicutes(99);", {"kingdom": "Bacteria", "phylum": "Firmicutes"}),
        ("g__Blautia", {"genus": "Blautia"}),
        ("plain", {}),
    ],
)
def test_lineages(name, ranks):
    found = table(f"id\t{name}\tOTU2\na\t1\t2\nb\t2\t1\n").ranks
    assert found == {rank: (value, "") for rank, value in ranks.items()}


def test_the_delimiter_is_overruled():
    text = "id;g__A,x;g__B,x\na;1;2\nb;3;4\n"
    assert table(text).taxa == ("g__A,x", "g__B,x")
    with pytest.raises(TableError, match="no delimiter “pipes”"):
        table(text, delimiter="pipes")
    assert table("id\tg__A\na,1\t3\nb,2\t4\n", delimiter="tabs").sample_ids == ("a,1", "b,2")


def test_commas_that_may_be_thousands_are_not_made_points_unasked():
    text = "id\tg__A\tg__B\na\t1,234\t2\nb\t5,678\t3\nc\t1\t3\nd\t1\t3\n"
    with pytest.raises(TableError, match="“1,234”"):
        table(text)
    assert table(text, decimal="comma").values[0].tolist() == [1.234, 2]
    clear = text.replace("5,678", "0,5")
    assert table(clear).values[:2, 0].tolist() == [1.234, 0.5]
    assert table(clear).found["decimal"].value == "comma"


def test_metadata_lines_of_types_are_no_sample():
    found = table("#SampleID\tOTU1\tOTU2\n#q2:types\tnumeric\tnumeric\na\t1\t2\nb\t3\t4\n")
    assert found.sample_ids == ("a", "b")


def biom(**changes):
    return json.dumps(BIOM | changes)


@pytest.mark.parametrize(
    "text",
    [biom(), "\n \t" + biom(), biom(matrix_type="dense", data=[[5, 0, 1], [0, 7, 0]])],
    ids=["sparse", "blanks above", "dense"],
)
def test_biom_1(text):
    found = table(text, name="t.biom")
    assert found.sample_ids == ("NA", "001", "c")
    assert found.values.tolist() == [[5, 0], [0, 7], [1, 0]]
    assert found.metadata == {"site": ("gut", "", "skin"), "age": ("", "", "3")}
    assert found.ranks == {"kingdom": ("B", "B"), "phylum": ("F", "G")}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"shape": [3, 3]}, "shape"),
        ({"shape": [2.0, None]}, "shape"),
        ({"data": [[0, 3, 5]]}, "outside"),
        ({"data": [[-1, 0, 5]]}, "outside"),
        ({"data": [[0.5, 0, 5]]}, "outside"),
        ({"data": [[0, 0]]}, "rows of 3 numbers"),
        ({"data": [[0, 0, "5"]]}, "rows of 3 numbers"),
        ({"data": [[0, 0, True]]}, "rows of 3 numbers"),
        ({"data": [[0, 0, 10**400]]}, "too large"),
        ({"data": {}}, "not a list"),
        ({"data": [[0, 0, 1], [0, 0, 2]]}, "one place"),
        ({"data": [[0, 0, -1]]}, "“O1” in sample “NA” is -1"),
        ({"data": [[0, 0, 1e308], [1, 0, 1e308]]}, "too large to be added"),
        ({"data": []}, "Every abundance is zero"),
        ({"matrix_type": "dense"}, "3 rows of data for 2 rows"),
        ({"rows": [{"id": "O1"}, {"id": "O1"}]}, "Two observations have the id “O1”"),
        ({"rows": [{"id": "O1"}, {}]}, "no id"),
        ({"rows": "O1"}, "not a list"),
        ({"columns": [], "shape": [2, 0], "data": []}, "no table"),
        ({"data": [[0, 0, float("nan")]]}, "NaN is no number"),
    ],
    ids=str,
)
def test_a_broken_biom_1_gets_a_sentence(changes, sentence):
    with pytest.raises(TableError, match=sentence):
        table(biom(**changes), name="t.biom")


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[" * 9, '{"a":' + "[" * 100_000])
def test_json_that_is_no_biom(text):
    with pytest.raises(TableError):
        table(text)


def test_a_sparse_table_of_a_billion_cells_is_refused():
    rows = [{"id": f"O{i}"} for i in range(20_000)]
    columns = [{"id": f"S{i}"} for i in range(20_000)]
    with pytest.raises(TableError, match="too large"):
        table(biom(rows=rows, columns=columns, shape=[20_000, 20_000], data=[]))


def zipped(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return out.getvalue()


def test_zip_with_one_table():
    raw = zipped({"__MACOSX/._a.csv": b"\0", "../../etc/a.csv": "id,g__A,g__B\ns,1,2\n"})
    found = read("a.zip", raw)
    assert found.values.tolist() == [[1, 2]]
    assert "Packed with zip" in said(found)


def test_zip_is_capped_and_checked(monkeypatch):
    with pytest.raises(TableError, match="Only one column.*In the file “a.csv”"):
        read("a.zip", zipped({"a.csv": "a", "b.csv": "b"}))
    with monkeypatch.context() as patch:
        patch.setattr(archive, "MOST_FILES", 1)
        with pytest.raises(TableError, match="holds 2 files"):
            read("a.zip", zipped({"a.csv": "a", "b.csv": "b"}))
    with pytest.raises(TableError, match="holds 0 files"):
        read("a.zip", zipped({"dir/": ""}))
    raw = zipped({"a.csv": "id,g__A\ns,1\n"})
    with pytest.raises(TableError, match="damaged"):
        read("a.zip", raw[:-30])
    with pytest.raises(TableError, match="damaged"):
        read("a.zip", raw.replace(b"PK\1\2", b"PK\1\3"))
    monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
    with pytest.raises(TableError, match="too many files"):
        read("a.zip", zipped({f"{i}": "a" for i in range(4)}))
    monkeypatch.setattr(reading, "LARGEST", 1000)
    with pytest.raises(TableError, match="more than 200 MB"):
        read("a.zip", zipped({"a.csv": b"0" * 5000}))


def test_an_archive_in_an_archive_is_no_table():
    raw = zipped({"b.zip": zipped({"a.csv": "id,g__A\ns,1\n"})})
    with pytest.raises(TableError):
        read("a.zip", raw)
    with pytest.raises(TableError):
        read("a.gz", gzip.compress(gzip.compress(b"id,g__A\ns,1\n")))


def artefact(kind, files):
    about = f"uuid: 21184fc9\ntype: {kind}\nformat: BIOMV210DirFmt\n"
    return zipped({"21184fc9/VERSION": "QIIME 2", "21184fc9/metadata.yaml": about} | files)


def test_qiime_artefacts():
    path = "21184fc9/data/feature-table.biom"
    found = read("table.qza", artefact("FeatureTable[Frequency]", {path: biom()}))
    assert found.sample_ids == ("NA", "001", "c")
    assert "FeatureTable[Frequency]" in said(found)
    with pytest.raises(TableError, match="holds “FeatureData.Taxonomy.”"):
        read("taxonomy.qza", artefact("FeatureData[Taxonomy]", {"21184fc9/data/t.tsv": "a"}))
    with pytest.raises(TableError, match="not a table"):
        read("x.qza", artefact("FeatureTable[Frequency]", {"a/../data/feature-table.biom": "{}"}))


def test_zeros_do_not_make_ranks_add_up():
    """A species that is rarely seen is never more than the reads left at its genus: 0 and 0."""
    rows = "".join(f"s{i},1,0,5\n" for i in range(40)) + "x,0,9,5\n"
    found = table("id,k__A;g__B,k__A;g__B;s__c,k__A;g__D\n" + rows, name="t.csv")
    assert len(found.taxa) == 3


def test_the_files_of_an_archive_share_its_limit(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 100)
    text = "id,OTU1,OTU2\n" + "s,1,2\n" * 10
    with pytest.raises(TableError, match="more than 200 MB"):
        read("a.zip", zipped({"a.csv": text, "b.csv": text}))
