"""Sentences that claim no more than the folds show."""

import pytest

from latentcore.evaluation.candidates import Recipe, candidates
from latentcore.evaluation.crossvalidation import FoldScore
from latentcore.evaluation.scores import Scores
from latentcore.evaluation.summary import sentences, summarise

MODELS = candidates(Recipe(), [1, 2])


def folds(auc, jitter=0.02, log_loss=0.6):
    """Five folds of every model around its AUC; None fails."""
    found = []
    for model in MODELS:
        mean = auc.get(model.name, 0.6)
        for fold in range(5):
            value = (
                None if mean is None else Scores(mean + jitter * (fold - 2), 0.5, log_loss, 0.69)
            )
            found.append(FoldScore(model.name, 0, fold, value, "" if value else "ValueError: no"))
    return found


def words(auc, **options):
    return " ".join(sentences(summarise(MODELS, folds(auc, **options)), 171))


def test_order_and_gaps():
    made = summarise(MODELS, [f for f in folds({}) if f.model != "Random forest"])
    assert [s.candidate.family for s in made] == ["logistic"] * 2 + ["gaussian"] * 2 + [
        "dirichlet"
    ] * 2
    assert [s.auc.n for s in made] == [5] * 6
    assert made[0].auc.mean == pytest.approx(0.6)


def test_a_lead_within_the_spread_is_no_ranking():
    said = words({"Random forest": 0.61})
    assert "Random forest has the highest mean AUC, 0.610" in said
    assert "6 other models of 6 lie within one standard deviation" in said
    assert "not a ranking" in said


def test_a_clear_lead_is_said_plainly():
    assert "not a ranking" not in words({"Random forest": 0.9})


def test_guessing_is_called_guessing():
    assert "guessing" in words(dict.fromkeys([m.name for m in MODELS], 0.51))


def test_components_and_columns():
    said = words({"Gaussian mixture, K = 2": 0.8, "Logistic regression, CLR": 0.7})
    assert "Gaussian mixture does best with K = 2, 0.200 above K = 1, more than" in said
    assert "Dirichlet mixture does best with one component" in said
    assert "that restriction alone costs it 0.100 AUC" in said


def test_bad_probabilities_and_failures():
    said = words({"Dirichlet mixture, K = 2": None}, log_loss=0.9)
    assert "Every model gives probabilities worse than the class frequencies" in said
    assert "Dirichlet mixture, K = 2 failed in 5 of 5 folds: ValueError: no" in said
    assert sentences((), 10) == ()
