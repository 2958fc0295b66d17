"""What a person should look at before a table is trusted."""

import numpy as np
import pytest

from latentcore.data.tables import read, review
from tests.data.table_files import KRAKEN, METAML, MPA


def counts(rows, taxa=6):
    header = "id," + ",".join(f"k__B|p__P{j % 2}|g__G{j}" for j in range(taxa))
    lines = [f"s{i},{','.join(map(str, row))}" for i, row in enumerate(rows)]
    return read("t.csv", "\n".join([header, *lines]).encode())


@pytest.fixture
def plain():
    rng = np.random.default_rng(0)
    return rng.poisson(100, size=(40, 6)) + 1


def found(table):
    return {table.sample_ids[s.sample]: s.why for s in review.review(table).suspicious}


def test_a_plain_table_raises_no_suspicion(plain):
    assert found(counts(plain)) == {}


def test_copies_are_found_whatever_their_depth(plain):
    plain[7], plain[9] = plain[3], 2 * plain[3]
    assert found(counts(plain)) == dict.fromkeys(["s7", "s9"], "has the composition of “s3”")


def test_a_single_taxon_is_found(plain):
    plain[5] = 0
    plain[5, 2] = 600
    assert found(counts(plain)) == {"s5": "holds one taxon alone, “k__B|p__P0|g__G2”"}


@pytest.mark.parametrize("factor", [0.25, 4])
def test_totals_far_off_are_found_and_nearer_ones_are_not(plain, factor):
    plain[4] = np.maximum(plain[4] * factor, 1)
    plain[8] = plain[8] * 2
    assert list(found(counts(plain))) == ["s4"]
    assert f"the median is {np.median(plain.sum(1)):,.4g}" in found(counts(plain))["s4"]


def test_a_wide_spread_of_depths_is_no_suspicion(plain):
    depth = np.exp(np.random.default_rng(1).normal(0, 1, size=(40, 1)))
    assert found(counts(np.ceil(plain * depth).astype(int))) == {}


def test_proportions_far_from_the_others_are_found(plain):
    share = plain / plain.sum(axis=1, keepdims=True)
    share[:, 0] += 1e-7 * np.arange(40)  # rounding is no suspicion
    share[6] *= 0.9
    assert list(found(counts(share))) == ["s6"]


@pytest.mark.parametrize(
    ("raw", "name", "ranks"),
    [(MPA, "m.txt", ["kingdom", "phylum", "species", "strain"]), (METAML, "m.txt", None)],
)
def test_sums_of_mixed_ranks_are_compared(raw, name, ranks):
    table = read(name, raw.encode())
    levels = review.tree(table)
    if ranks:
        assert [level.rank for level in levels] == ranks
        for level in levels:
            np.testing.assert_allclose(level.share, 1)
        said = review.tree_in_words(table, levels)
        assert said.startswith("The file gives every rank; their sums agree in every sample")
    else:
        assert table.sums["kingdom"].tolist() == [100, 100, 99]
        assert table.sums["species"].tolist() == [100, 100, 99]


def test_sums_that_differ_are_said():
    table = read("m.txt", MPA.replace("s__c\t2|4|7\t30", "s__c\t2|4|7\t10")
                 .replace("t__SGB3\t\t30", "t__SGB3\t\t10").encode())  # fmt: skip
    species = next(level for level in review.tree(table) if level.rank == "species")
    np.testing.assert_allclose(species.share, [60 / 80, 1])
    said = review.tree_in_words(table, review.tree(table))
    assert "their sums differ. Less than the whole: species 88% (least 75%)" in said


def test_names_that_end_early_are_counted():
    raw = "id,k__B|p__F|g__X,k__B|p__F|g__,k__B|p__G|g__Y\na,1,1,2\nb,0,3,1\n"
    table = read("t.csv", raw.encode())
    kingdom, phylum, genus = review.tree(table)
    assert (kingdom.names, phylum.names, genus.names) == (1, 2, 2)
    np.testing.assert_allclose(genus.share, [0.75, 0.25])
    said = review.tree_in_words(table, review.tree(table))
    assert said.endswith("Named on average: genus 50% (least 25%).")
    plain = read("t.csv", b"id,a,b\nx,1,2\ny,3,5\n")
    assert review.tree_in_words(plain, review.tree(plain)) == ""


def test_sums_go_with_their_samples():
    from latentcore.data.tables import read_several

    table = read("m.txt", MPA.replace("50\t60", "50\t6").encode())
    np.testing.assert_array_equal(table.only([1]).sums["species"], table.sums["species"][1:])
    files = [(f"{n}.kreport", KRAKEN.encode()) for n in ("A", "B")]
    both = read_several(files)
    one = read(*files[0])
    assert list(both.sums) == list(one.sums)
    for rank, sums in both.sums.items():
        assert sums.tolist() == [*one.sums[rank], *one.sums[rank]]


def test_the_words_give_the_numbers(plain):
    plain[:, 5] = 0
    plain[3, 5] = 40
    said = " ".join(review.in_words(counts(plain)))
    assert "40 samples, 6 taxa. In the file, samples are in rows." in said
    assert f"run from {plain.sum(1).min():,} to {plain.sum(1).max():,}" in said
    assert "16% of the cells are zero: a sample holds 5 taxa (median)" in said
    assert "1 taxon was seen in one sample alone" in said
