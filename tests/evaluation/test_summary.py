"""Fold scores by model, and what each lacks to the leader."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.evaluation.scores import ACCURACY, AUC, LOG_LOSS
from latentcore.evaluation.significance import compare, holm
from latentcore.evaluation.summary import above_floor, behind, lead, ranked, summarise
from tests.evaluation.folds import MODELS, made


def summaries(auc=None, **options):
    return summarise(MODELS, made(MODELS, auc, **options))


def test_order_and_gaps():
    found = summarise(MODELS, [f for f in made(MODELS) if f.model != "Random forest"])
    assert [s.candidate.family for s in found] == ["logistic"] * 2 + ["gaussian"] * 2 + [
        "dirichlet"
    ] * 2
    assert [s.of(AUC).n for s in found] == [5] * 6
    assert found[0].of(AUC).mean == pytest.approx(0.6, abs=0.02)
    assert found[0].floor(ACCURACY).mean == pytest.approx(0.55)
    assert found[0].seconds.mean == pytest.approx(2.5)


def test_a_lead_is_the_corrected_test_on_paired_folds():
    one, other, *_ = summaries({"Random forest": 0.7})
    found = lead(one, other, AUC)
    a, b = ([s.auc for s in x.scored] for x in (one, other))
    assert found == compare(np.subtract(a, b), 20 / 80)
    assert lead(other, one, AUC).mean == pytest.approx(-found.mean)


def test_folds_are_paired_by_their_place_and_the_missing_are_left_out():
    one, other, *_ = summaries({"Random forest": 0.7})
    shuffled = replace(other, folds=other.folds[::-1])
    assert lead(one, shuffled, AUC) == lead(one, other, AUC)
    fewer = replace(other, folds=other.folds[:3])
    assert lead(one, fewer, AUC).mean == pytest.approx(
        np.mean([a.auc - b.auc for a, b in zip(one.scored[:3], other.scored[:3], strict=True)])
    )
    assert np.isnan(lead(one, replace(other, folds=()), AUC).mean)


def test_lower_is_better_for_log_loss():
    good, bad = made(MODELS[:1], log_loss=0.4), made(MODELS[1:2], log_loss=0.6)
    found = summarise(MODELS, [*good, *bad])
    order = ranked(found, LOG_LOSS)
    assert [s.name for s in order] == [MODELS[0].name, MODELS[1].name]
    assert lead(*order, LOG_LOSS).mean == pytest.approx(0.2)
    assert above_floor(order[0], LOG_LOSS).mean == pytest.approx(0.29)


def test_behind_the_leader_with_holms_p_values():
    found = summaries({"Random forest": 0.62, "Gaussian mixture, K = 2": 0.4})
    gaps = behind(found, AUC)
    leader = ranked(found, AUC)[0]
    assert leader.name not in gaps and len(gaps) == len(found) - 1
    plain = {s.name: lead(leader, s, AUC) for s in found if s.name != leader.name}
    assert [gaps[name].p for name in plain] == holm([plain[name].p for name in plain])
    assert gaps["Gaussian mixture, K = 2"].clear
    assert behind(found[:1], AUC) == {} == behind((), AUC)
