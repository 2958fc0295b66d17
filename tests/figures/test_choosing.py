"""Criteria over K and the optima of the starts, drawn and said."""

import numpy as np
import pytest

from latentcore.evaluation.advice import sentences
from latentcore.evaluation.choosing import Choice, Optimum, chosen
from latentcore.figures.choosing import curves
from latentcore.figures.palette import CRITERIA
from latentcore.mixture.criteria import Criteria

LIKELIHOOD = {1: -500.0, 2: -400.0, 3: -398.0, 4: -397.0}


def known(k, held_out=None, starts=(6, 4), **rest):
    found = Criteria(LIKELIHOOD[k], 5 * k, 100.0, 2.0 * (k - 1))
    optima = tuple(Optimum(LIKELIHOOD[k] / 100 - 0.01 * i, n) for i, n in enumerate(starts))
    each = -np.abs([5.1, 4.1, 4.0, 4.2][k - 1] + (-1) ** k * np.array([0.0, 0.1, -0.1]))
    return Choice(k, found, optima, tuple(each if held_out is None else held_out), **rest)


PANEL = [known(1, starts=(10,)), known(2), known(3), known(4, starts=(1, 5, 4))]


def named(figure, name):
    return [t for t in figure.data if t.name == name]


def test_all_criteria_are_drawn_in_both_panels_and_their_choices_ringed():
    figure = curves({"Density of x": PANEL, "Density of (x, y)": PANEL[:2]}, truth=2)
    for name in CRITERIA:
        left, right = named(figure, name)
        assert list(left.x) == [1, 2, 3, 4] and list(right.x) == [1, 2]
        np.testing.assert_allclose(left.y, [c.values[name] for c in PANEL])
    assert [t.visible for t in named(figure, "AIC")] == ["legendonly"] * 2
    rings = [t for t in figure.data if t.type == "scatter" and "open" in str(t.marker.symbol)]
    left = {(t.legendgroup, t.x[0]) for t in rings if t.xaxis in (None, "x")}
    assert left == set(chosen(PANEL).items()) == {("BIC", 2), ("ICL", 2), ("CV", 3)}
    assert [a.text for a in figure.layout.annotations][:2] == ["Density of x", "Density of (x, y)"]
    assert {shape.x0 for shape in figure.layout.shapes} == {2}


def test_the_axis_is_for_the_k_that_compete_and_says_what_lies_above():
    figure = curves({"Density of x": PANEL})
    low, high = figure.layout.yaxis.range
    drawn = [min(c.values[n] for n in chosen(PANEL)) for c in PANEL]
    assert low < min(drawn) and drawn[0] > high > max(drawn[1:])
    above = [a for a in figure.layout.annotations if a.text.startswith("↑")]
    assert [(a.x, a.text) for a in above] == [(1, f"↑ {drawn[0]:.2f}")]
    assert not [a for a in curves({"x": PANEL[:1]}).layout.annotations if a.text.startswith("↑")]


def test_every_start_is_a_unit_and_every_optimum_a_block():
    figure = curves({"Density of x": PANEL})
    bars = [t for t in figure.data if t.type == "bar"]
    heights = {k: [] for k in LIKELIHOOD}
    for bar in bars:
        for k, y in zip(bar.x, bar.y, strict=True):
            heights[k].append(y)
    assert heights == {1: [10], 2: [6, 4], 3: [6, 4], 4: [1, 5, 4]}
    (counts,) = [t for t in figure.data if t.type == "scatter" and t.mode == "text"]
    assert dict(zip(counts.x, counts.text, strict=True)) == {1: "1", 2: "2", 3: "2", 4: "3"}


def test_a_k_without_a_fit_leaves_a_gap_and_no_figure_breaks():
    failed = Choice(2, failure="too few samples")
    figure = curves({"x": [PANEL[0], failed, PANEL[2]]})
    assert [list(t.x) for t in named(figure, "BIC")] == [[1, 3]]
    assert curves({"x": [failed]}).layout.height
    assert curves({"x": []}, truth=3).layout.height


def test_sentences_name_the_criterion_and_doubt_what_they_should():
    said = " ".join(sentences({"Density of x": PANEL}, truth=2))
    assert "Density of x: BIC and ICL choose K = 2, cross-validation chooses K = 3." in said
    assert "cannot be told from" in said and "K = 2 cannot" in said
    assert "The samples were drawn from K = 2." in said
    assert "at K = 4 only one start reaches the best optimum" in said
    assert "largest tried" not in said
    assert "is the largest tried" in " ".join(sentences({"x": PANEL[:2]}))
    assert sentences({"x": PANEL[:1]}) == ()


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ({"lost": 1}, "1 start degenerated"),
        ({"lost": 3}, "3 starts degenerated"),
        ({"unfinished": 2}, "2 starts had not converged"),
    ],
)
def test_what_went_wrong_is_said(rest, expected):
    assert expected in " ".join(sentences({"x": [PANEL[0], known(2, **rest)]}))
    failed = Choice(2, failure="too few samples")
    assert "x, K = 2: too few samples" in sentences({"x": [PANEL[0], failed]})
