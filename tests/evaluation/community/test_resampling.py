"""Stability: sure of clear kinds, unsure of none, and whole subjects are drawn."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.evaluation.community import resampling
from latentcore.evaluation.community.contrasts import contrasts
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.resampling import Resample, resamples, sentences
from tests.evaluation.community.made import CLASSES, EVERY, TAXA, fitted


@pytest.mark.parametrize("which", ["dirichlet", "counts", "diag"])
def test_clear_kinds_are_found_again_in_the_same_order(which):
    found, values, y, _ = fitted(which)
    again = list(resamples(found, values, y, None, range(5)))
    assert [r.number for r in again] == [0, 1, 2, 3, 4]
    assert min(r.rand for r in again) > 0.9
    assert min(r.jaccard.min() for r in again) > 0.9
    assert all(r.contrast.shape == (2, 1, 11) for r in again)
    # matched components: each resembles its own head of the fit more than the other's
    own = contrasts(found.settings, found.mixture)[:, 0]
    mean = np.mean([r.contrast[:, 0] for r in again], axis=0)
    assert (mean[0] - mean[1]) @ (own[0] - own[1]) > 0
    assert "much the same samples" in sentences(again, 2)[0]


def test_one_kind_split_in_three_is_not_stable():
    rng = np.random.default_rng(0)
    values = np.array([rng.multinomial(4000, s) for s in rng.dirichlet([6.0] * 12, 80)], float)
    y = rng.integers(2, size=80)
    settings = replace(EVERY["diag"], components=3)
    found = fit_table(settings, values, TAXA, y, CLASSES)
    again = list(resamples(found, values, y, None, range(8)))
    assert np.mean([r.rand for r in again]) < 0.5
    assert "do not read a meaning" in sentences(again, 3)[0]


def test_a_number_is_the_same_whichever_are_asked_for():
    found, values, y, _ = fitted("dirichlet")
    (alone,) = resamples(found, values, y, None, [3])
    *_, last = resamples(found, values, y, None, [1, 3])
    assert alone.rand == last.rand
    np.testing.assert_array_equal(alone.contrast, last.contrast)
    (other,) = resamples(found, values, y, None, [4])
    assert not np.array_equal(alone.contrast, other.contrast)


def test_subjects_are_drawn_whole(monkeypatch):
    found, values, y, _ = fitted("dirichlet")
    groups = np.arange(len(y)) // 3
    drawn = []
    real = type(found.settings).estimator

    def spied(self, **options):
        model = real(self, **options)
        fit = model.fit
        model.fit = lambda x, y, sample_weight: (
            drawn.append(sample_weight) or fit(x, y, sample_weight=sample_weight)
        )
        return model

    monkeypatch.setattr(type(found.settings), "estimator", spied)
    list(resamples(found, values, y, groups, range(3)))
    assert len(drawn) == 3
    for weight in drawn:
        each = weight.reshape(-1, 3)
        assert (each == each[:, :1]).all()
        assert weight.sum() == len(y)
        assert len(set(weight)) > 1


def test_what_cannot_be_resampled_says_so(monkeypatch):
    found, values, y, _ = fitted("dirichlet")
    monkeypatch.setattr(resampling, "TRIES", 0)
    (lost,) = resamples(found, values, y, None, [0])
    assert "lacked a class" in lost.failure and np.isnan(lost.contrast).all()
    failed = Resample(0, float("nan"), np.full(2, np.nan), np.full((2, 1, 11), np.nan), "no")
    assert sentences([failed], 2) == ("1 resampled table could not be fitted.",)


def test_draws_that_always_lack_a_class_are_refused(monkeypatch):
    monkeypatch.setattr(resampling, "TRIES", 1)
    y = np.array([0] * 50 + [1])
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="lacked a class"):
        for _ in range(20):
            resampling._drawn(y, None, rng)


def test_one_component_has_no_clustering():
    assert "no clustering" in sentences([], 1)[0]
