"""Pictures of a table: they show its numbers, and its names as text."""

import numpy as np
import pytest

from latentcore.data.tables import read, review
from latentcore.data.unreadable import amount
from latentcore.figures import joining, table

NAMES = ("k__B|p__F|g__<b>X</b>", "k__B|p__F|g__$y^2$", "k__B|p__G|g__%{x}", "k__B|p__G|g__")


@pytest.fixture
def taxa():
    header = "id," + ",".join(f'"{name}"' for name in NAMES)
    return read("t.csv", f"{header}\na,1,2,3,4\nb,10,0,0,0\nc,0,1,1,18\n".encode())


def test_every_sample_is_counted(taxa):
    np.testing.assert_allclose(table.totals(taxa).data[0].x, np.log10([10, 10, 20]))
    assert list(table.richness(taxa).data[0].x) == [4, 1, 3]
    assert "of 4" in table.richness(taxa).layout.title.text


def test_taxa_by_prevalence_and_abundance_bear_their_names_as_text(taxa):
    drawn = table.abundance(taxa).data[0]
    share = (taxa.values / taxa.totals[:, None]).mean(axis=0)
    order = np.argsort(-share)
    np.testing.assert_allclose(drawn.y, share[order])
    np.testing.assert_allclose(drawn.x, taxa.prevalence[order])
    shown = {name: drawn.text[list(order).index(j)] for j, name in enumerate(NAMES)}
    assert shown[NAMES[0]] == "g__&lt;b&gt;X&lt;/b&gt;"
    assert shown[NAMES[1]] == "g__&#36;y^2&#36;"
    assert "%{" not in shown[NAMES[2]]


def test_ranks_from_least_to_most(taxa):
    drawn = table.ranks(review.tree(taxa)).data[0]
    assert list(drawn.x) == ["kingdom", "phylum", "genus"]
    genus = np.array([0.6, 1, 0.1])
    assert drawn.y[2] == pytest.approx(genus.mean())
    assert drawn.y[2] + drawn.error_y.array[2] == pytest.approx(1)
    assert drawn.y[2] - drawn.error_y.arrayminus[2] == pytest.approx(0.1)


def test_totals_are_read_in_reads_and_not_in_logarithms(taxa):
    axis = table.totals(taxa).layout.xaxis
    at = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert at["10"] == 1 and at["20"] == pytest.approx(np.log10(20)), "a narrow range has 2 and 5"
    wide = table._decades(np.log10([3.0, 40_000.0]))
    assert wide["ticktext"] == ["1", "10", "100", "1,000", "10,000", "100,000"]


def test_sums_are_written_as_people_write_them():
    said = {1.0: "1", 99.25: "99.25", 0.0312: "0.0312", 2321: "2,321", 15710.0: "15,710"}
    assert {value: amount(value) for value in said} == said


def test_overlap_is_three_pieces_of_one_bar():
    figure = joining.overlap(12, 3, 4)
    assert [(bar.name, bar.x[0]) for bar in figure.data] == [
        ("only in the table: 3", 3),
        ("in both: 12", 12),
        ("only in the metadata: 4", 4),
    ]
