import numpy as np
import pytest

from latentcore.figures import community, palette

COUNTS = np.array([3, 0, 9, 1])
PROFILE = np.random.default_rng(0).dirichlet(np.ones(30), size=4)
NAMES = [f"k__A|g__<b>{j}</b>" for j in range(30)]


def test_only_codes_in_use_are_shown_most_used_first():
    assert community.in_use(COUNTS).tolist() == [2, 0, 3]
    figure = community.profiles(PROFILE, COUNTS, NAMES)
    assert list(figure.data[0].x) == ["3", "1", "4"]


def test_a_cell_is_the_mean_share_and_taxa_are_those_that_differ_most():
    profile = np.full((4, 30), 1 / 30)
    profile[0, 7] += 0.3
    figure = community.profiles(profile, COUNTS, NAMES)
    rows = [name for name in figure.data[0].y]
    at = rows.index(community.short(NAMES[7]))
    assert figure.data[0].customdata[at][1] == pytest.approx(1 / 30 + 0.3)
    assert len(rows) == community.TAXA
    assert rows[0] == community.short(NAMES[7])


def test_names_are_no_markup():
    assert "<b>" not in community.short("k__A|g__<b>x</b>") and "x" in community.short("a;b;<b>x")
    figure = community.classes(np.ones((4, 1)), COUNTS, ["<i>ill</i>"])
    assert "<i>" not in figure.data[0].name


def test_classes_are_shares_of_the_samples_of_a_code():
    table = np.array([[2, 1], [0, 0], [3, 6], [0, 1.0]])
    figure = community.classes(table, COUNTS, ["ill", "well"])
    np.testing.assert_allclose(figure.data[0].x, [1 / 3, 2 / 3, 0])
    np.testing.assert_array_equal(figure.data[1].customdata, [6, 1, 1])
    assert all(len(set(bar.marker.color[4:-1].split(", "))) == 1 for bar in figure.data), "no hues"
    assert [bar.textfont.color for bar in figure.data] == ["white", "black"]
    assert figure.layout.legend.yanchor == "bottom", "no legend over the first bar"


def test_the_ordination_has_a_hue_for_a_code_and_a_shape_for_a_class():
    sample = np.arange(12.0).reshape(6, 2)
    code, label = np.array([9, 9, 2, 2, 2, 9]), np.array([0, 1, 0, 0, 1, 1])
    figure = community.ordination(sample, code, label, ["ill", "well"])
    found = next(t for t in figure.data if t.name == "code 10" and "well" in t.hovertemplate)
    assert list(found.x) == [2.0, 10.0]
    assert (found.marker.color, found.marker.symbol) == (palette.code(9), palette.class_symbol(1))
    assert sum(t.showlegend for t in figure.data) == 2
    plain = community.ordination(sample, code, None, [""])
    assert [t.name for t in plain.data] == ["code 3", "code 10"]
