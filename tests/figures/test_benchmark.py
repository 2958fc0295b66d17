"""Pictures of a comparison and of a table: complete, and safe from names."""

import numpy as np
import pytest

from latentcore.data.tables import read
from latentcore.evaluation.candidates import Recipe, candidates
from latentcore.evaluation.crossvalidation import FoldScore
from latentcore.evaluation.scores import Scores
from latentcore.evaluation.summary import summarise
from latentcore.figures import benchmark, table
from latentcore.figures.words import plain

MODELS = candidates(Recipe(), [1, 2, 3])


def summaries(repeats=2):
    return summarise(
        MODELS,
        [
            FoldScore(m.name, r, f, Scores(0.5 + 0.05 * f, 0.5, 0.6, 0.69))
            for m in MODELS
            for r in range(repeats)
            for f in range(5)
        ],
    )


def test_every_fold_is_a_dot():
    figure = benchmark.dots(summaries())
    dots = [trace for trace in figure.data if len(trace.x) == 10]
    means = [trace for trace in figure.data if len(trace.x) == 1]
    assert len(dots) == len(means) == len(MODELS)
    np.testing.assert_allclose([trace.x[0] for trace in means], 0.6)
    assert len(figure.layout.yaxis.ticktext) == len(MODELS)


def test_over_components():
    figure = benchmark.over_components(summaries())
    curves = {trace.name: trace for trace in figure.data}
    assert list(curves["Gaussian mixture"].customdata) == [1, 2, 3]
    assert len(curves) == 5


def test_nothing_scored_yet_is_drawn_empty():
    failed = summarise(MODELS, [FoldScore(MODELS[0].name, 0, 0, None, "ValueError: no")])
    assert not benchmark.dots(failed).data
    assert not benchmark.over_components(failed).data


def test_table_pictures():
    text = "id,a,b,c\n" + "".join(f"s{i},{i + 1},{i % 2},{i % 3}\n" for i in range(12))
    read_table = read("t.csv", text.encode())
    assert len(table.totals(read_table).data[0].x) == 12
    assert table.prevalence(read_table, 0.1).data[0].y.max() == 3
    covered = table.coverage(read_table, 0.0, 2).data[0].y
    assert covered[-1] == pytest.approx(1)
    assert (np.diff(covered) >= 0).all()


def test_names_are_text():
    assert plain("<b>x</b>\n%{y}") == "&lt;b&gt;x&lt;/b&gt; %&#123;y}"
    assert len(plain("x" * 10_000)) <= 60
