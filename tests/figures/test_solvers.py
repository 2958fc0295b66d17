"""Pictures of the solvers' paths: every method twice, ends marked, axes that hold the start."""

import numpy as np
import pytest

from latentcore.evaluation.head_paths import ARRIVED, Growth, Path
from latentcore.figures import solvers
from latentcore.figures.palette import SOLVERS
from latentcore.mixture import solvers as methods


def path(name, n=1000, last=1e-4):
    return Path(name, np.geomspace(1, last, n), np.linspace(1e-5, 0.1, n))


def drawn():
    quick = path("newton", 6, ARRIVED)
    return [path(name) for name in solvers.NAMES if name != "newton"] + [quick]


def test_every_solver_has_a_name_and_a_hue():
    assert {*methods.SOLVERS, "gd raw", "notes"} == set(solvers.NAMES) == set(SOLVERS)


def test_every_method_is_drawn_by_iteration_and_by_time():
    figure = solvers.paths(drawn())
    left = [trace for trace in figure.data if trace.xaxis == "x"]
    right = [trace for trace in figure.data if trace.xaxis == "x2"]
    assert [t.name for t in left] == [t.name for t in right] == list(solvers.NAMES.values())
    assert [t.line.color for t in left] == [SOLVERS[name] for name in solvers.NAMES]
    assert all(t.showlegend is None for t in left)
    assert all(t.showlegend is False for t in right)
    for trace in left:
        assert trace.x[0] == solvers.START
        assert trace.x[-1] == (5 if trace.name == "Newton" else 999)
        assert len(trace.x) <= solvers.SHOWN
    np.testing.assert_allclose(right[0].x[-1], 100)
    np.testing.assert_allclose([t.y[-1] for t in left], [t.y[-1] for t in right])
    dashes = {t.name: t.line.dash for t in left}
    assert dashes["gradient, raw units"] != dashes["gradient, standardised"]


def test_an_arrival_is_filled_and_sits_at_the_end():
    for trace in solvers.paths(drawn()).data:
        arrived = trace.name == "Newton"
        assert trace.marker.symbol == ("circle" if arrived else "circle-open")
        assert trace.marker.size[-1] > 0
        assert not any(trace.marker.size[:-1])


def test_the_axis_holds_the_highest_gap_and_the_floor():
    far = Path("notes", np.array([1.0, 300.0]), np.array([1e-5, 2e-5]))
    low, high = solvers.paths([far]).layout.yaxis.range
    assert low < np.log10(ARRIVED)
    assert high > np.log10(300)


def test_growth_says_size_and_reach_and_which_is_not_safe():
    grown = [Growth(25, 0.5, path("notes")), Growth(1600, 74.4, path("notes", last=5.0))]
    small, large = solvers.growing(grown).data
    assert small.name == "n = 25, α L = 0.5"
    assert large.name == "n = 1,600, α L = 74: not safe"
    assert large.line.width > small.line.width


@pytest.mark.parametrize("n", [1, 2, 7, 160, 1001])
def test_thinning_keeps_both_ends(n):
    some = solvers._thinned(n)
    assert some[0] == 0
    assert some[-1] == n - 1
    assert len(some) <= solvers.SHOWN
    assert (np.diff(some) > 0).all()
