"""Pictures of a fitted table: what they show is what was computed, and names are text."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from latentcore.evaluation.community.contrasts import contrasts
from latentcore.evaluation.community.looking import look
from latentcore.evaluation.community.resampling import resamples
from latentcore.figures import palette, profiles
from latentcore.figures.fitted_table import of_heads, pictures
from latentcore.figures.words import taxon
from tests.evaluation.community.made import EVERY, fitted
from tests.layout.test_config import contrast

HOSTILE = [
    "<b>bold</b><script>x</script>",
    "**md** [a](http://b.c) :red[z]",
    "$\\frac{1}{2}$",
    "=HYPERLINK(1)",
    "%{y} %{customdata}",
    "\u202eright to left\u2066",
    "&lt;i&gt;",
    "a\nb\tc",
    "z" * 10_000,
]


def drawn(which="diag", names=True):
    found, values, y, _ = fitted(which)
    again = list(resamples(found, values, y, None, range(3)))
    ids = [f"id{i}" for i in range(len(y))] if names else ()
    looked = look(found, values)
    return {p.name: p for p in pictures(looked, again, y, ids)}, looked, again, y


@pytest.mark.parametrize("which", EVERY)
def test_every_sample_is_a_point_with_the_hue_of_its_component(which):
    shown, looked, _, y = drawn(which)
    for name in ("aitchison", "bray-curtis"):
        traces = shown[name].figure.data
        assert sum(len(t.x) for t in traces) == len(y)
        for trace in traces:
            ids = [int(row[0][2:]) for row in trace.customdata]
            (k,) = set(looked.own[ids])
            (c,) = set(y[ids])
            assert trace.marker.color == palette.component(k)
            assert trace.marker.symbol.startswith(palette.class_symbol(c))
            assert trace.name == f"component {k + 1}, {looked.fitted.classes[c]}"
            points = {"aitchison": looked.aitchison, "bray-curtis": looked.bray_curtis}[name]
            np.testing.assert_array_equal(trace.x, points.points[ids, 0])


def test_profiles_are_doublings_from_the_mean_with_their_shares():
    shown, looked, _, _ = drawn()
    fit = looked.fitted
    dark, light = shown["profiles"].figure.data
    ratio, words = np.fmax(dark.z, light.z), np.char.add(dark.text, light.text)
    assert (np.isnan(dark.z) != np.isnan(light.z)).all()
    order = profiles.telling(fit.profiles, fit.mixture.weight, 20)
    assert len(order) == len(fit.parts)
    mean = fit.mixture.weight @ fit.profiles
    np.testing.assert_allclose(2.0**ratio, (fit.profiles / mean)[:, order].T)
    assert words.T.tolist() == [[f"{v:.1%}" for v in row] for row in fit.profiles[:, order]]
    moved = np.abs(fit.profiles[0] - fit.profiles[1])
    assert moved[order[0]] == moved.max()


def test_shares_are_written_in_ink_that_stands_out_against_their_cell():
    shown, _, _, _ = drawn()
    figure = shown["profiles"].figure
    scale = figure.layout.coloraxis
    stops, hues = zip(*profiles.DIVERGING, strict=True)
    channels = np.array([[int(hue[i : i + 2], 16) for i in (1, 3, 5)] for hue in hues]).T
    for trace in figure.data:
        for z in np.array(trace.z)[~np.isnan(trace.z)]:
            place = (z - scale.cmin) / (scale.cmax - scale.cmin)
            cell = "#" + "".join(f"{round(np.interp(place, stops, each)):02x}" for each in channels)
            assert contrast(cell, trace.textfont.color) > 4.5


def test_the_most_abundant_come_first():
    shown, looked, _, _ = drawn()
    for k, trace in enumerate(shown["abundant"].figure.data):
        assert trace.x[0] == looked.fitted.profiles[k].max()
        assert (np.diff(trace.x) <= 0).all()


def test_responsibilities_fill_every_bar_and_are_sorted():
    shown, looked, _, y = drawn()
    figure = shown["responsibilities"].figure
    bars = [t for t in figure.data if t.type == "bar"]
    np.testing.assert_allclose(np.sum([t.y for t in bars], axis=0), 1)
    own = np.array([t.y for t in bars]).argmax(0)
    assert (np.diff(own) >= 0).all()
    classes = [t for t in figure.data if t.type == "scatter"]
    assert [len(t.x) for t in classes] == np.bincount(y).tolist()
    assert {len(t.y) for t in profiles.responsibilities(
        np.tile([[0.3, 0.7]], (2000, 1)), np.zeros(2000, int), ("a", "b")
    ).data if t.type == "bar"} == {profiles.BARS}  # fmt: skip


def test_contrasts_carry_their_spread_and_are_hollow_in_doubt():
    shown, looked, again, _ = drawn()
    spread = of_heads(looked, again)
    fit = looked.fitted
    every = contrasts(fit.settings, fit.mixture)
    for k, trace in enumerate(shown["contrasts"].figure.data):
        order = [fit.parts.index(row[0]) for row in trace.customdata]
        np.testing.assert_array_equal(trace.x, every[k, 0, order])
        high = np.maximum(spread.high[k, 0, order], every[k, 0, order])
        np.testing.assert_allclose(trace.x + trace.error_x.array, high)
        sure = ["open" not in s for s in trace.marker.symbol]
        assert sure == spread.clear[k, 0, order].tolist()


def test_stability_has_a_dot_for_every_resampled_table():
    shown, looked, again, _ = drawn()
    first, *each = shown["stability"].figure.data
    np.testing.assert_array_equal(first.x, [r.rand for r in again])
    for k, trace in enumerate(each):
        np.testing.assert_array_equal(trace.x, [r.jaccard[k] for r in again])


def test_before_resampling_there_is_no_stability_and_every_contrast_is_hollow():
    found, values, y, _ = fitted("dirichlet")
    shown = {p.name: p for p in pictures(look(found, values), [], y)}
    assert "stability" not in shown
    symbols = {s for t in shown["contrasts"].figure.data for s in t.marker.symbol}
    assert symbols == {"circle-open"}


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_in_every_figure(name):
    found, values, y, _ = fitted("dirichlet")
    hostile = replace(found, classes=(f"{name}0", f"{name}1"),
                      taxa=tuple(f"{name}{j}" for j in range(12)),
                      preparation=copy(found.preparation))  # fmt: skip
    hostile.preparation.__dict__.pop("feature_names_in_", None)
    again = list(resamples(hostile, values, y, None, range(2)))
    ids = [f"{name}{i}" for i in range(len(y))]
    for picture in pictures(look(hostile, values), again, y, ids):
        shown = list(texts(picture.figure.to_plotly_json()))
        assert len(shown) > 3
        for text in shown:
            for markup in ("<b>", "<script", "$", "%{y} ", "\u202e", "\u2066", "\n", "\t"):
                assert markup not in text, (picture.name, text[:80])
            assert len(text) < 700


def texts(value):
    """Every text of a figure that Plotly would show, templates without their own fields."""
    if isinstance(value, str):
        yield value.replace("<extra></extra>", "").replace("<br>", " ")
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "bdata":  # numbers, packed
                yield from texts(item)
    elif isinstance(value, list | tuple | np.ndarray):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("k__B|g__R|s__R_hominis", "s__R_hominis"),
        ("Bacteria;Firmicutes;", "Firmicutes"),
        ("plain", "plain"),
        ("|", "|"),
        ("a|<b>", "&lt;b&gt;"),
    ],
)
def test_a_taxon_is_called_by_its_last_rank(name, last):
    assert taxon(name) == last
