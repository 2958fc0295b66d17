"""Scores against scikit-learn's, and the sentences of a summary."""

import numpy as np
import pytest
from sklearn import metrics

from latentcore.evaluation.scores import METRICS, Scores, score, spread


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_scores_agree_with_scikit_learn(classes):
    rng = np.random.default_rng(classes)
    y = np.arange(60) % classes
    p = rng.dirichlet(np.ones(classes), size=60)
    prior = np.bincount(y) / 60
    found = score(y, p, prior)
    auc = metrics.roc_auc_score(y, p[:, 1] if classes == 2 else p, multi_class="ovr")
    assert found.auc == pytest.approx(auc)
    assert found.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(y, p.argmax(1)))
    assert found.log_loss == pytest.approx(metrics.log_loss(y, p))
    assert found.prior_log_loss == pytest.approx(-(prior * np.log(prior)).sum())
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, p.argmax(1)))
    assert found.prior_accuracy == pytest.approx((y == prior.argmax()).mean())
    assert found.classes == classes


def test_metrics_name_the_scores_and_what_guessing_reaches():
    found = Scores(0.8, 0.7, 0.5, 0.6, 0.75, 0.55, classes=4)
    assert {m.name: (m.of(found), m.floor(found), m.higher) for m in METRICS.values()} == {
        "AUC": (0.8, 0.5, True),
        "accuracy": (0.75, 0.55, True),
        "balanced accuracy": (0.7, 0.25, True),
        "log loss": (0.5, 0.6, False),
    }
    assert all(METRICS[name].name == name for name in METRICS)


def test_certainty_that_is_wrong_has_a_finite_log_loss():
    found = score(np.array([0, 1]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5, 0.5]))
    assert np.isfinite(found.log_loss)
    assert found.auc == 0


def test_a_class_without_test_samples_is_refused():
    with pytest.raises(ValueError, match="class 1"):
        score(np.array([0, 0]), np.full((2, 2), 0.5), np.array([0.5, 0.5]))


def test_spread():
    found = spread([0.5, 0.7, 0.9])
    assert (found.mean, found.sd, found.n) == (pytest.approx(0.7), pytest.approx(0.2), 3)
    assert np.isnan(spread([0.5]).sd)
    assert spread([]).n == 0
