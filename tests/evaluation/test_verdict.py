"""Sentences that claim no more than the folds show."""

import re
from dataclasses import replace

import pytest

from latentcore.evaluation.scores import AUC, LOG_LOSS
from latentcore.evaluation.summary import behind, lead, ranked, summarise
from latentcore.evaluation.verdict import sentences
from tests.evaluation.folds import MODELS, made

REGRESSION, TOP = "Logistic regression, CLR", "Logistic regression, CLR, top 50"


def words(auc=None, metric=AUC, **options):
    return " ".join(sentences(summarise(MODELS, made(MODELS, auc, **options)), 171, metric))


def test_a_lead_within_the_noise_is_no_ranking():
    said = words({"Random forest": 0.605}, jitter=0.05)
    assert "6 other models are behind it by no more than the noise of 171 samples" in said
    assert "no ranking" in said
    assert "Its lead" not in said


def test_a_clear_lead_is_said_plainly():
    said = words({"Random forest": 0.9})
    assert "Random forest has the highest mean AUC, 0.9" in said
    assert "Its lead over every other model is more than noise." in said
    assert "no ranking" not in said


def test_guessing_is_called_guessing():
    at_chance = dict.fromkeys([m.name for m in MODELS], 0.5)
    assert "within the noise of guessing" in words(at_chance)
    assert "guessing" not in words()


def test_one_fold_is_no_evidence():
    first = [f for f in made(MODELS) if f.fold == 0]
    said = " ".join(sentences(summarise(MODELS, first), 171))
    assert "One fold says nothing about noise" in said
    assert "more than noise" not in said
    assert "guessing" not in said


def test_camps_components_and_columns():
    said = words({"Gaussian mixture, K = 2": 0.8, REGRESSION: 0.7, TOP: 0.6}, jitter=0.001)
    assert re.search(r"The best mixture \(Gaussian mixture, K = 2\) is 0\.(10|09)", said)
    assert f"ahead of the best of the others ({REGRESSION}), more than noise." in said
    best = r"Gaussian mixture: K = 2 does best, 0\.(20|19)\d better than K = 1, more than noise\."
    assert re.search(best, said)
    assert f"Gaussian mixture beside {REGRESSION}: better at K = 2; worse at K = 1." in said
    assert f"Dirichlet mixture beside {REGRESSION}: worse at K = 1, 2." in said
    assert re.search(r"that restriction alone costs it 0\.(10|09)\d AUC\.", said)


def test_no_sentence_contradicts_the_table_when_the_regression_leads():
    auc = dict.fromkeys([m.name for m in MODELS])
    auc |= {m.name: 0.67 for m in MODELS if m.components is None}
    auc |= {REGRESSION: 0.68, "Gaussian mixture, K = 1": 0.62, "Gaussian mixture, K = 2": 0.5}
    found = summarise(MODELS, made(MODELS, auc, jitter=0.012))
    one, mixture = (
        next(s for s in found if s.name == n) for n in (REGRESSION, "Gaussian mixture, K = 1")
    )
    assert ranked(found, AUC)[0] is one
    assert lead(one, mixture, AUC).clear and not behind(found, AUC)[mixture.name].clear
    said = " ".join(sentences(found, 171))
    assert f"behind the best of the others ({REGRESSION}), within the noise" in said
    assert f"beside {REGRESSION}: worse at K = 2; within the noise at K = 1." in said


def test_no_sentence_contradicts_the_table():
    """Where the leader takes part, noise is what it is among all the models behind it."""
    auc = dict.fromkeys([m.name for m in MODELS], 0.67)
    auc |= {"Gaussian mixture, K = 2": 0.68, REGRESSION: 0.62, "Random forest": None, TOP: None}
    found = summarise(MODELS, made(MODELS, auc, jitter=0.012))
    gaps, best = behind(found, AUC), "Gaussian mixture, K = 2"
    assert ranked(found, AUC)[0].name == best
    one, other = (next(s for s in found if s.name == n) for n in (best, REGRESSION))
    assert lead(one, other, AUC).clear and not gaps[REGRESSION].clear  # Holm makes the difference
    said = " ".join(sentences(found, 171))
    assert f"ahead of the best of the others ({REGRESSION}), within the noise" in said
    assert re.search(f"Gaussian mixture beside {REGRESSION}: .*within the noise at K = 2", said)


def test_one_component_that_does_best():
    said = words({"Dirichlet mixture, K = 1": 0.9})
    assert "Dirichlet mixture: one component does best" in said


def test_log_loss_is_judged_the_other_way_round():
    worse = made(MODELS[1:2], log_loss=0.65)
    found = summarise(MODELS, [*made(MODELS[:1], log_loss=0.4), *worse])
    said = " ".join(sentences(found, 171, LOG_LOSS))
    assert f"{REGRESSION} has the lowest mean log loss, 0.400" in said


def test_the_truth_is_a_measure_and_no_contestant():
    truth = replace(MODELS[1], name="The truth", family="bayes")
    found = [*made(MODELS), *made([truth], {"The truth": 0.95})]
    said = " ".join(sentences(summarise((*MODELS, truth), found), 171))
    assert "The truth has" not in said
    assert "reaches 0.9" in said and "better than the best model, more than noise" in said
    assert "the samples come from" not in words()


@pytest.mark.parametrize(
    ("only", "said"), [((), "Every model gives"), (("Random forest",), "Random forest gives")]
)
def test_probabilities_that_are_too_sure(only, said):
    bad = [m for m in MODELS if not only or m.name in only]
    rest = [m for m in MODELS if m not in bad]
    found = summarise(MODELS, [*made(bad, log_loss=0.9), *made(rest)])
    text = " ".join(sentences(found, 171))
    assert f"{said} probabilities worse than the class shares alone (log loss above 0.690)" in text
    assert ("helps the mixtures" in text) is (not only)
    assert "too sure" not in words()


def test_failures_are_said():
    said = words({"Dirichlet mixture, K = 2": None})
    assert "Dirichlet mixture, K = 2 failed in 5 of 5 folds: ValueError: no" in said
    assert sentences((), 10) == ()
    every = dict.fromkeys([m.name for m in MODELS])
    assert all("failed in 5 of 5" in s for s in words(every).split(" ValueError: no")[:-1])
