"""Taxa of a second table: by name, by lineage, or said to be unknown."""

import numpy as np
import pytest

from latentcore.data.tables import Table
from latentcore.evaluation.community.matching import align, match

FULL = "k__Bacteria|p__Firmicutes|g__Roseburia|s__Roseburia_hominis"
FIRST = (
    FULL,
    "k__Bacteria|p__Firmicutes|g__Blautia|s__[Ruminococcus]_gnavus",
    "k__Bacteria|p__Bacteroidetes|g__Prevotella",
    "k__Bacteria|p__Bacteroidetes|g__Alistipes",
    "k__Bacteria|p__Bacteroidetes|g__Alistipes|s__Alistipes_putredinis",
    "k__Archaea|g__X|s__twin",
    "k__Bacteria|g__Y|s__twin",
    "OTU_17",
)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        (FULL, 0),
        ("s__Roseburia_hominis", 0),
        ("Roseburia hominis", 0),
        ("roseburia_hominis", 0),
        ("d__Bacteria;g__Roseburia;s__Roseburia hominis", 0),
        ("Ruminococcus gnavus", 1),
        ("g__Prevotella", 2),
        ("k__Bacteria|p__Bacteroidetes|g__Prevotella|s__Prevotella_copri", 2),  # below a genus
        ("k__Bacteria|p__Bacteroidetes|g__Alistipes|s__Alistipes_shahii", -1),  # it is split up
        ("s__Alistipes_putredinis", 4),
        ("twin", -1),  # two could be meant
        ("k__Bacteria|g__Y|s__twin", 6),
        ("OTU_17", 7),
        ("otu 17", 7),
        ("OTU_18", -1),
        ("g__Roseburia", -1),  # a genus is not its species
        ("p__Roseburia_hominis", -1),  # of another rank
        ("", -1),
        ("|", -1),
    ],
)
def test_one_name(name, where):
    assert match(FIRST, [name]).target == (where,)


def test_how_many_were_found_how():
    found = match(FIRST, [FULL, "Roseburia hominis", "nothing"])
    assert (found.exactly, found.loosely, found.target) == (1, 1, (0, 0, -1))


def table(values, taxa):
    values = np.array(values, dtype=float)
    return Table(values, tuple(f"s{i}" for i in range(len(values))), tuple(taxa), "counts")


def test_abundances_are_added_up_and_mass_is_accounted_for():
    share = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.1])
    second = table(
        [[1, 2, 3, 4], [0, 5, 0, 5]], [FULL, "Roseburia hominis", "new", "g__Prevotella"]
    )
    found = align(FIRST, share, second)
    assert list(found.frame.columns) == [*FIRST, "new"]
    np.testing.assert_array_equal(found.frame[FULL], [3, 5])
    np.testing.assert_array_equal(found.frame[FIRST[2]], [4, 5])
    np.testing.assert_array_equal(found.frame.to_numpy().sum(1), second.totals)
    np.testing.assert_allclose(found.known, [0.7, 1.0])
    assert found.unseen == (("new", pytest.approx(0.15)),)
    assert [name for name, _ in found.missing][0] == FIRST[1]
    assert sum(mass for _, mass in found.missing) == pytest.approx(0.6)


def test_nothing_in_common_is_refused_without_quoting_samples():
    with pytest.raises(ValueError, match="none of the 1 taxa"):
        align(FIRST, np.ones(8) / 8, table([[1]], ["new"]))
    with pytest.raises(ValueError, match="1 sample holds none") as error:
        align(FIRST, np.ones(8) / 8, table([[1, 0], [0, 3]], [FULL, "new"]))
    assert "s1" not in str(error.value)
