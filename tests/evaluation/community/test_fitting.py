"""A fitted table: the same model as in a comparison, and what is said of its components."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import Pipeline

from latentcore.data.labelled import Labelled
from latentcore.data.preparation.composition import closure
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.looking import look, sentences
from latentcore.evaluation.community.settings import Settings
from latentcore.mixture.criteria import criteria
from tests.evaluation.community.made import CLASSES, EVERY, RECIPE, TAXA, community, fitted


@pytest.mark.parametrize("which", EVERY)
def test_it_is_the_model_that_a_comparison_runs(which):
    found, values, y, _ = fitted(which)
    settings = EVERY[which]
    steps = [("prepare", settings.preparation()), ("classify", settings.estimator())]
    peer = clone(Pipeline(steps)).fit(values, y)
    np.testing.assert_allclose(found.predict_proba(values), peer.predict_proba(values), rtol=1e-9)
    data = Labelled(found.features(values), y, classes=CLASSES)
    assert found.ended.criteria == criteria(found.mixture, data)


@pytest.mark.parametrize("which", EVERY)
def test_the_components_are_the_two_kinds_and_profiles_their_centres(which):
    found, values, _, kind = fitted(which)
    own = found.responsibilities(values).argmax(1)
    assert adjusted_rand_score(kind, own) > 0.9
    profiles = found.profiles
    np.testing.assert_allclose(profiles.sum(1), 1)
    positive = found.like("simplex").transform(values)
    for k in range(2):
        here = positive[own == k]
        near = here.mean(0) if which in ("dirichlet", "counts") else closure(
            np.exp(np.log(here).mean(0, keepdims=True)))[0]  # fmt: skip
        np.testing.assert_allclose(profiles[k], near, atol=0.03)


def test_components_come_in_the_order_of_their_weights():
    values, y, kind = community(120)
    keep = np.flatnonzero((kind == 1) | (np.arange(120) % 6 == 0))  # few of the first kind
    found = fit_table(EVERY["diag"], values[keep], TAXA, y[keep], CLASSES)
    assert found.mixture.weight[0] > 0.6 > found.mixture.weight[1]
    np.testing.assert_allclose(found.prior, np.bincount(y[keep]) / len(keep))
    np.testing.assert_allclose(found.share, closure(values[keep]).mean(0))


def test_parts_are_named_and_columns_are_found_by_name():
    found, values, _, _ = fitted("diag")
    assert len(found.parts) == 11 and found.parts[-1] == "other"
    assert set(found.parts[:-1]) < set(TAXA)
    order = np.random.default_rng(0).permutation(len(TAXA))
    turned = pd.DataFrame(values[:, order], columns=[TAXA[j] for j in order])
    np.testing.assert_array_equal(found.predict_proba(turned), found.predict_proba(values))


def test_words_count_every_sample_once():
    found, values, y, _ = fitted("dirichlet")
    looked = look(found, values)
    said = " ".join(sentences(looked, y))
    for k in range(2):
        here = looked.own == k
        counted = f"well {(y[here] == 0).sum()}, sick {(y[here] == 1).sum()}"
        assert (
            f"Component {k + 1} is the most responsible for {here.sum()} samples: {counted}."
            in said
        )
    assert "converged" in said and "more parameters" not in said
    few, y_few = values[:30], y[:30]
    said = sentences(look(fit_table(Settings("gaussian", 3, recipe=RECIPE), few, TAXA, y_few,
                                    CLASSES), few), y_few)  # fmt: skip
    assert any("more parameters than the 30 samples" in s for s in said)
