"""Tables of real laboratories in their original formats, where they lie beside the checkout."""

from pathlib import Path

import pytest

from latentcore.data.tables import Choices, TableError, read

FILES = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason="../shared/data is not beside the checkout"
)


def real(name, **choices):
    return read(name.split("/")[-1], (FILES / name).read_bytes(), Choices(**choices))


@pytest.mark.parametrize(
    ("name", "samples", "taxa", "kind"),
    [
        ("twins/Twins.csv", 278, 130, "counts"),
        ("ravel/taxatable.txt", 394, 660, "counts"),
        ("turnbaugh/taxatable.txt", 281, 680, "counts"),
        ("kostic/taxatable.txt", 190, 980, "counts"),
        ("metaml/UserDataExample.csv", 80, 200, "proportions"),
        ("metaml/abundance_Cirrhosis.txt", 232, 542, "proportions"),
        ("biom/min_sparse_otu_table.biom", 6, 5, "counts"),
        ("biom/rich_sparse_otu_table.biom", 6, 5, "counts"),
        ("mothur/mothur_example.shared", 100, 100, "counts"),
        ("text/sample_output_bracken.mpa", 1, 401, "counts"),
        ("text/sample_output_bracken.report", 1, 403, "counts"),
        ("text/sample_output_species_abundance.txt", 1, 175, "counts"),
    ],
)
def test_size_and_kind(name, samples, taxa, kind):
    table = real(name)
    assert (*table.values.shape, table.kind) == (samples, taxa, kind)


def test_labels_inside_a_table_of_metaml():
    assert real("metaml/abundance_Cirrhosis.txt").classes("disease") == {"cirrhosis": 118, "n": 114}


@pytest.mark.parametrize(
    "name", ["ravel/task-nugent-category.txt", "twins/TwinStudy.t", "mothur/mothur_example.design"]
)
def test_metadata_alone_are_no_table(name):
    with pytest.raises(TableError, match="No column of numbers|Only one column"):
        real(name)
