"""Laws of adding taxa up by rank."""

import numpy as np
import pandas as pd
import pytest

from latentcore.data.preparation import Recipe, aggregate
from latentcore.data.tables import lineage, read

TEXT = (
    "id,k__B|p__F|c__C|g__X|s__a,k__B|p__F|c__C|g__X|s__b,k__B|p__F|c__C|g__|s__c,"
    "k__B|p__G|c__D|g__X|s__a,k__B|p__F|c__C|g__Y,UNCLASSIFIED\n"
    "one,1,2,4,8,16,32\ntwo,5,0,0,0,7,1\nthree,0,0,3,2,0,90\n"
)


@pytest.fixture
def table():
    return read("t.csv", TEXT.encode())


def test_species_become_genera(table):
    made = aggregate(table, "genus")
    assert made.taxa == (
        "k__B|p__F|c__C|g__X",
        "k__B|p__F|c__C|unclassified C",
        "k__B|p__G|c__D|g__X",
        "k__B|p__F|c__C|g__Y",
        "unclassified",
    )
    assert made.values.tolist() == [[3, 4, 8, 16, 32], [5, 0, 0, 7, 1], [0, 3, 2, 0, 90]]
    assert made.ranks["genus"] == ("X", "", "X", "Y", "")
    assert "species" not in made.ranks
    assert made.notes[-1] == "6 taxa were added up by genus: 3 have a name there."
    assert (made.sample_ids, made.metadata, made.kind) == (
        table.sample_ids,
        table.metadata,
        table.kind,
    )


@pytest.mark.parametrize("rank", ["kingdom", "phylum", "class", "genus", "species"])
def test_totals_and_sums_of_all_higher_ranks_stay(table, rank):
    made = aggregate(table, rank)
    np.testing.assert_array_equal(made.totals, table.totals)
    for higher, names in made.ranks.items():
        before = pd.DataFrame(table.values.T).groupby(list(table.ranks[higher])).sum()
        after = pd.DataFrame(made.values.T).groupby(list(names)).sum()
        pd.testing.assert_frame_equal(before, after)


def test_names_are_lineages_again_and_twice_is_once(table):
    genus = aggregate(table, "genus")
    for j, taxon in enumerate(genus.taxa):
        spelt = {rank: name for rank, name in lineage.parse(taxon).items() if name}
        assert spelt == {r: names[j] for r, names in genus.ranks.items() if names[j]}
    again = aggregate(genus, "genus")
    assert again.taxa == genus.taxa
    np.testing.assert_array_equal(again.values, genus.values)
    by_steps = aggregate(genus, "phylum")
    assert by_steps.taxa == aggregate(table, "phylum").taxa
    np.testing.assert_array_equal(by_steps.values, aggregate(table, "phylum").values)


def test_a_recipe_adds_up_or_leaves_as_is(table):
    assert Recipe().table(table) is table
    assert Recipe(rank="class").table(table).taxa == aggregate(table, "class").taxa
    with pytest.raises(ValueError, match="no rank 'family'; .*: kingdom, phylum, class, genus"):
        Recipe(rank="family").table(table)
