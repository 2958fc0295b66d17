"""ROC and calibration curves against scikit-learn's and statsmodels', and against theory."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve
from statsmodels.stats.proportion import proportion_confint

from latentcore.evaluation.crossvalidation import Predicted
from latentcore.evaluation.curves import GRID, GROUPS, calibration, roc, wilson
from tests.evaluation.folds import predicted


def area(curve):
    return float(np.trapezoid(curve, GRID))


def test_one_fold_is_its_own_roc_curve():
    fold = predicted(400)
    false, true, _ = roc_curve(fold.y, fold.probability[:, 1])
    curve = roc([fold])
    np.testing.assert_allclose(curve.mean[1:], np.interp(GRID, false, true)[1:], atol=1e-12)
    assert curve.mean[0] == 0 and curve.mean[-1] == 1
    assert np.isnan(curve.sd).all()
    assert area(curve.mean) == pytest.approx(
        roc_auc_score(fold.y, fold.probability[:, 1]), abs=0.01
    )


def test_folds_are_averaged_and_not_pooled():
    """Two fits that rank perfectly on different scales: pooled, they would look worse."""
    y = np.array([0, 1] * 10, dtype=np.int32)
    folds = [
        Predicted(y, np.column_stack([1 - p, p]).astype(np.float32))
        for p in (0.05 + 0.1 * y, 0.8 + 0.1 * y)
    ]
    curve = roc(folds)
    assert area(curve.mean) > 0.99
    np.testing.assert_allclose(curve.sd, 0)
    pooled = np.concatenate([f.probability[:, 1] for f in folds])
    assert roc_auc_score(np.tile(y, 2), pooled) < 0.8


def test_more_than_two_classes_are_each_against_the_rest():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(3), 600)
    y = np.array([rng.choice(3, p=row) for row in p])
    fold = Predicted(y.astype(np.int32), p.astype(np.float32))
    auc = roc_auc_score(y, p, multi_class="ovr")
    assert area(roc([fold]).mean) == pytest.approx(auc, abs=0.01)
    found = calibration([fold])
    np.testing.assert_allclose(found.predicted, found.observed, atol=0.1)
    assert found.predicted[0] < 0.1 and found.predicted[-1] > 0.7


def test_calibrated_probabilities_lie_on_the_diagonal_and_inside_their_intervals():
    found = calibration([predicted(500, seed) for seed in range(8)])
    assert len(found.predicted) == GROUPS
    np.testing.assert_allclose(found.observed, found.predicted, atol=0.06)
    inside = (found.low <= found.predicted) & (found.predicted <= found.high)
    assert inside.sum() >= GROUPS - 1
    assert all(a < b for a, b in pairwise(found.predicted))


def test_overconfidence_is_seen():
    fold = predicted(4000)
    logit = np.log(fold.probability[:, 1] / fold.probability[:, 0])
    p = 1 / (1 + np.exp(-3 * logit))
    found = calibration([Predicted(fold.y, np.column_stack([1 - p, p]))])
    assert found.low[2] > found.predicted[2] + 0.05
    assert found.high[-3] < found.predicted[-3] - 0.05


def test_repeats_do_not_narrow_the_intervals():
    once = [predicted(300, seed) for seed in range(2)]
    one, three = calibration(once), calibration(once * 3, repeats=3)
    np.testing.assert_allclose(three.observed, one.observed, atol=0.02)
    np.testing.assert_allclose(three.high - three.low, one.high - one.low, rtol=0.05)


def test_wilsons_interval_is_that_of_statsmodels():
    hits, n = np.array([0, 3, 17, 20]), np.full(4, 20)
    low, high = wilson(hits / n, n.astype(float))
    peer = proportion_confint(hits, n, method="wilson")
    np.testing.assert_allclose([low, high], peer, atol=1e-12)


def test_the_calibration_error_is_the_mean_distance_to_the_diagonal():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=20_000)
    both = np.stack([1 - p, p], axis=1).astype(np.float32)
    y = (rng.uniform(size=len(p)) < p).astype(np.int32)
    assert calibration([Predicted(y, both)]).error < 0.01
    sure = np.round(both)  # right as often, but says 0 or 1
    assert calibration([Predicted(y, sure)]).error == pytest.approx(0.25, abs=0.02)
    curve = calibration([Predicted(y, both)], repeats=4)
    assert curve.size.sum() == 5000
