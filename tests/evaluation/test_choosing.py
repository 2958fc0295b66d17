"""K by criteria and by samples that were not seen: against closed forms and known designs."""

from functools import partial

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from latentcore.data.labelled import Labelled
from latentcore.evaluation import choosing, experiment
from latentcore.evaluation.choosing import (
    Choice,
    Judging,
    Optimum,
    choices,
    chosen,
    distinct,
    simpler,
)
from latentcore.evaluation.experiment import Design
from latentcore.evaluation.significance import compare
from latentcore.mixture import initial
from latentcore.mixture.component import DegenerateComponent
from latentcore.mixture.criteria import Criteria
from latentcore.mixture.examples.presets import PRESETS

FULL = partial(initial.Plan, initial.gaussian("full", 0.0))


def design(family, name, n, labels=False):
    drawn, _ = experiment.draw(PRESETS[family][name].truth, Design(n, seed=1))
    return drawn.data if labels else Labelled(drawn.data.x)


def test_one_gaussian_has_a_closed_form():
    data, judging = design("gaussian", "figure-1", 120), Judging(2, 4)
    (found,) = choices(FULL, data, [1], judging)
    held_out = []
    for train, test in choosing.folds(data, judging):
        x = data.x[train]
        density = multivariate_normal(x.mean(0), np.cov(x.T, bias=True))
        held_out.append(density.logpdf(data.x[test]).mean())
    assert found.held_out == pytest.approx(held_out, abs=1e-9)
    peer = GaussianMixture(1, reg_covar=0).fit(data.x)
    assert found.values["BIC"] == pytest.approx(peer.bic(data.x) / (2 * 120))
    assert found.values["AIC"] == pytest.approx(peer.aic(data.x) / (2 * 120))
    assert found.values["ICL"] == found.values["BIC"]
    assert found.values["CV"] == pytest.approx(-np.mean(held_out))
    assert found.optima == (Optimum(pytest.approx(peer.score(data.x)), 2),)


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize(
    ("family", "name", "truth"), [("gaussian", "figure-1", 2), ("dirichlet", "wrong-k", 3)]
)
def test_clear_designs_give_their_number_away(family, name, truth, labels):
    kind = initial.gaussian() if family == "gaussian" else initial.dirichlet()
    data = design(family, name, 300, labels)
    found = list(choices(partial(initial.Plan, kind), data, range(1, 5), Judging(3, 3)))
    assert chosen(found) == {"BIC": truth, "ICL": truth, "CV": truth}
    assert [c.components for c in found] == [1, 2, 3, 4]
    assert simpler(found) is None  # fewer components are clearly worse
    labelled = 0 if not labels else truth * (data.x.shape[1] + (family == "gaussian"))
    width = data.x.shape[1]
    parts = 2 * width if family == "gaussian" else width
    assert found[truth - 1].criteria.parameters == truth - 1 + truth * parts + labelled


def test_a_k_is_the_same_whichever_are_asked_for():
    data = design("gaussian", "wrong-k", 150)
    both = list(choices(FULL, data, [2, 3], Judging(3, 3)))
    assert next(choices(FULL, data, [3], Judging(3, 3))) == both[1]
    assert next(choices(FULL, data, [3], Judging(3, 3, seed=1))) != both[1]


def test_starts_that_end_apart_are_counted_apart():
    data = design("gaussian", "wrong-k", 400)
    (two,) = choices(FULL, data, [2], Judging(10, 2))
    assert sum(optimum.starts for optimum in two.optima) == 10
    first, second = two.optima[:2]  # the four groups can be paired in two ways
    assert first.starts + second.starts >= 8
    assert first.objective > second.objective + choosing.SAME
    assert two.unfinished == two.lost == 0
    # the criteria are those of the best; without a ridge the objective is the log-likelihood
    assert two.criteria.log_likelihood / 400 == pytest.approx(first.objective)


def test_starts_stopped_at_the_limit_are_counted():
    (found,) = choices(FULL, design("gaussian", "overlap", 200), [2], Judging(3, 2, limit=2))
    assert found.unfinished == 3


def test_distinct_is_by_value():
    near = choosing.SAME / 2
    assert distinct([-1.0, -2.0, -1.0 - near, -2.0 + near]) == (
        Optimum(-1.0, 2),
        Optimum(-2.0 + near, 2),
    )
    assert distinct([]) == ()


def test_a_k_that_cannot_be_is_a_sentence_and_the_others_go_on():
    data = Labelled(np.random.default_rng(0).normal(size=(8, 1)))
    found = list(choices(FULL, data, [1, 9], Judging(2, 2)))
    assert found[0].values and not found[0].failure
    assert not found[1].values
    assert "at least 9 different samples" in found[1].failure
    assert chosen(found) == dict.fromkeys(("BIC", "ICL", "CV"), 1)


def test_a_fold_without_a_fit_has_no_value_and_wins_nothing():
    data = Labelled(np.arange(6.0)[:, None] ** 2)
    five = next(choices(FULL, data, [5], Judging(1, 2)))  # three samples a fold
    assert five.failure or np.isnan(five.held_out).all()
    found = list(choices(partial(initial.Plan, initial.gaussian()), data, [1, 4], Judging(1, 2)))
    assert np.isnan(found[1].values["CV"])
    assert chosen(found)["CV"] == 1


def test_lost_starts_are_counted(monkeypatch):
    real, calls = choosing.fit, []

    def sometimes(*given):
        calls.append(given)
        if len(calls) % 2:
            raise DegenerateComponent("component 1 has no variance left")
        return real(*given)

    monkeypatch.setattr(choosing, "fit", sometimes)
    data = design("gaussian", "figure-1", 60)
    (found,) = choices(FULL, data, [1], Judging(4, 2))
    assert found.lost == 2 and found.optima[0].starts == 2
    monkeypatch.setattr(choosing, "fit", lambda *_: sometimes(calls.clear()))
    (found,) = choices(FULL, data, [1], Judging(2, 2))
    assert found.failure == "component 1 has no variance left"


def known(k, *held_out):
    return Choice(k, Criteria(-100.0, k, 50.0, 0.0), held_out=held_out)


def test_a_gain_within_the_noise_names_the_simpler_choice():
    one, two = known(1, -3.0, -3.2, -2.9, -3.1), known(2, -2.0, -2.1, -2.0, -2.2)
    three = known(3, -2.1, -1.9, -1.9, -2.2)
    k, difference = simpler([one, two, three])
    assert chosen([one, two, three])["CV"] == 3
    assert k == 2 and not difference.clear
    assert difference == compare(np.subtract(three.held_out, two.held_out), 1 / 3)
    assert difference.mean == pytest.approx(0.05)
    assert simpler([one, two]) is None  # two is clearly better than one
    assert simpler([two]) is None and simpler([]) is None
    assert simpler([known(1, np.nan, -3.0, -3.0, -3.0), three]) is None
