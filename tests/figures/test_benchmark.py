"""Pictures of a comparison and of a table: complete, and safe from names."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.data.preparation import Recipe
from latentcore.data.tables import read
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.curves import GRID
from latentcore.evaluation.scores import ACCURACY, AUC, LOG_LOSS
from latentcore.evaluation.summary import behind, ranked, summarise
from latentcore.figures import benchmark, table
from latentcore.figures.curves import curves
from latentcore.figures.words import plain
from tests.evaluation.folds import MODELS, NAMES, made

HOSTILE = "<b>x</b> %{y}"


def summaries(models=MODELS, **options):
    return summarise(models, made(models, repeats=2, **options))


def test_every_fold_is_a_dot():
    found = summaries()
    figure = benchmark.dots(found, ACCURACY)
    dots = [trace for trace in figure.data if len(trace.x) == 10]
    means = [trace for trace in figure.data if len(trace.x) == 1]
    assert len(dots) == len(means) == len(MODELS)
    np.testing.assert_allclose([m.x[0] for m in means], [s.of(ACCURACY).mean for s in found])
    np.testing.assert_allclose(
        [m.error_x.array[0] for m in means], [s.of(ACCURACY).sd for s in found]
    )
    assert len(figure.layout.yaxis.ticktext) == len(MODELS)
    assert figure.layout.shapes[0].x0 == pytest.approx(0.55)  # the class shares alone
    assert figure.layout.xaxis.title.text.startswith("accuracy")
    assert "lower is better" in benchmark.dots(found, LOG_LOSS).layout.xaxis.title.text


def test_the_mean_of_a_model_that_is_clearly_behind_is_hollow():
    found = summaries(auc={"Random forest": 0.9, MODELS[0].name: 0.9})
    gaps = behind(found, AUC)
    figure = benchmark.dots(found, AUC, gaps)
    symbols = [trace.marker.symbol for trace in figure.data if len(trace.x) == 1]
    hollow = {s.name for s, symbol in zip(found, symbols, strict=True) if "open" in symbol}
    assert hollow == {name for name, gap in gaps.items() if gap.clear}
    assert hollow and len(hollow) < len(found) - 1


def test_over_components():
    setting = Setting(Recipe(), (1, 2, 3), ("diag", "full"))
    models = candidates(NAMES, setting)
    figure = benchmark.over_components(summaries(models))
    curves = {trace.name: trace for trace in figure.data}
    assert list(curves["Gaussian mixture"].customdata) == [1, 2, 3]
    assert len(curves) == 6
    assert curves["Gaussian mixture"].line.dash != curves["Gaussian mixture, full"].line.dash
    assert curves["Gaussian mixture"].line.color == curves["Gaussian mixture, full"].line.color
    regressions = [curve for name, curve in curves.items() if name.startswith("Logistic")]
    assert len({curve.line.dash for curve in regressions}) == len(regressions) == 2
    shifts = {curve.x[0] for curve in curves.values() if curve.customdata is not None}
    assert len(shifts) == 3  # bars beside each other


def test_nothing_scored_yet_is_drawn_empty():
    failed = summarise(MODELS, made(MODELS[:1], {MODELS[0].name: None}))
    assert not benchmark.dots(failed).data
    assert not benchmark.over_components(failed).data


@pytest.mark.parametrize("calibrated", [True, False])
def test_curves_of_every_model_and_the_best_k(calibrated):
    found = summaries(auc={"Gaussian mixture, K = 2": 0.9})
    figure = curves(found, AUC, calibrated)
    rocs = [t for t in figure.data if t.x is not None and len(t.x) == len(GRID) and t.name]
    drawn = [t.legendgroup for t in rocs]
    assert drawn[0] == "Gaussian mixture, K = 2" == ranked(found, AUC)[0].name
    assert len(drawn) == 5  # three comparators and one K of either mixture
    assert [t.visible for t in rocs] == [True] * 4 + ["legendonly"]
    twins = [t for t in figure.data if t.mode == "lines+markers"]
    assert [t.legendgroup for t in twins] == (drawn if calibrated else [])
    assert sum(t.error_y.array is not None for t in twins) == calibrated
    regressions = [t for t in rocs if t.legendgroup.startswith("Logistic")]
    assert len({t.line.dash for t in regressions}) == 2  # one hue, told apart by dash


def test_names_in_figures_are_text():
    models = [replace(m, name=f"{HOSTILE} {i}", series="") for i, m in enumerate(MODELS[:2])]
    found = summaries(models)
    for figure in (
        benchmark.dots(found),
        benchmark.over_components(found),
        curves(found, AUC, True),
    ):
        shown = [str(t.name) + str(t.hovertemplate) for t in figure.data]
        shown += figure.layout.yaxis.ticktext or ()
        assert not any("<b>" in text or "%{y} " in text for text in shown)


def test_table_pictures():
    text = "id,a,b,c\n" + "".join(f"s{i},{i + 1},{i % 2},{i % 3}\n" for i in range(12))
    read_table = read("t.csv", text.encode())
    assert len(table.totals(read_table).data[0].x) == 12
    assert table.prevalence(read_table, 0.1).data[0].y.max() == 3
    covered = table.coverage(read_table.values, 0.0, 2).data[0].y
    assert covered[-1] == pytest.approx(1)
    assert (np.diff(covered) >= 0).all()


def test_names_are_text():
    assert plain("<b>x</b>\n%{y}") == "&lt;b&gt;x&lt;/b&gt; %&#123;y}"
    assert len(plain("x" * 10_000)) <= 60
