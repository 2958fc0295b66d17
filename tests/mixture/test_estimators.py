"""The scikit-learn face: conventions hold, and it is EM underneath."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from latentcore.mixture.estimators import (
    DirichletMixtureLinearClassifier,
    GaussianMixtureLinearClassifier,
)
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import PRESETS

MODELS = {
    "gaussian": GaussianMixtureLinearClassifier(2, random_state=0),
    "dirichlet": DirichletMixtureLinearClassifier(2, random_state=0),
}
FIGURE = {"gaussian": "figure-1", "dirichlet": "figure-3"}


def design(kind, n=400):
    data = generate(PRESETS[kind][FIGURE[kind]].truth, n, np.random.default_rng(0)).data
    return data.x, np.array(["well", "ill"])[data.y]


@parametrize_with_checks([MODELS["gaussian"]])
def test_scikit_learn_estimator_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("kind", MODELS)
def test_labels_keep_their_names_and_columns_their_order(kind):
    x, y = design(kind)
    model = clone(MODELS[kind]).fit(x, y)
    np.testing.assert_array_equal(model.classes_, ["ill", "well"])
    proba = model.predict_proba(x)
    np.testing.assert_array_equal(model.predict(x), model.classes_[proba.argmax(1)])
    assert model.score(x, y) > 0.75
    assert model.coef_.shape == (2, 1, x.shape[1]) and model.intercept_.shape == (2, 1)
    assert model.weights_.sum() == pytest.approx(1)
    assert model.starts_.shape == (5,)
    np.testing.assert_allclose(model.responsibilities(x).sum(1), 1)


@pytest.mark.parametrize("kind", MODELS)
def test_same_seed_same_model_also_through_pickle_and_frames(kind):
    x, y = design(kind)
    a = clone(MODELS[kind]).fit(x, y)
    b = pickle.loads(pickle.dumps(clone(MODELS[kind]).fit(x, y)))
    frame = pd.DataFrame(x, columns=[f"taxon {j}" for j in range(x.shape[1])])
    c = clone(MODELS[kind]).fit(frame, y)
    np.testing.assert_array_equal(a.predict_proba(x), b.predict_proba(x))
    np.testing.assert_array_equal(a.predict_proba(x), c.predict_proba(frame))
    assert list(c.feature_names_in_) == list(frame.columns)


@pytest.mark.parametrize("kind", MODELS)
def test_pipelines_and_grids(kind):
    x, y = design(kind, 200)
    pipe = make_pipeline(FunctionTransformer(), clone(MODELS[kind]).set_params(n_init=1))
    assert cross_val_score(pipe, x, y, cv=3).mean() > 0.7
    grid = GridSearchCV(clone(MODELS[kind]), {"n_components": [1, 2]}, cv=3).fit(x, y)
    assert grid.best_params_ == {"n_components": 2}


def test_an_unknown_covariance_is_named():
    x, y = design("gaussian", 50)
    with pytest.raises(ValueError, match="covariance_type is one of.*'round'"):
        GaussianMixtureLinearClassifier(covariance_type="round").fit(x, y)


def test_zeros_are_named_not_replaced():
    x, y = design("dirichlet", 50)
    x[7] = [0, 0.4, 0.6]
    with pytest.raises(ValueError, match="zero at row 7, column 0"):
        DirichletMixtureLinearClassifier().fit(x, y)
