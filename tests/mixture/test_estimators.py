"""The scikit-learn face: conventions hold, and it is EM underneath."""

import pickle
import tracemalloc
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture as Theirs
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import latentcore
from latentcore.data.chunked import Chunked
from latentcore.mixture.estimators.checks import expected_failed_checks
from latentcore.mixture.examples.generate import generate
from latentcore.mixture.examples.presets import PRESETS
from latentcore.mixture.sweep import sweep

CLASSIFIERS = {
    "gaussian": latentcore.GaussianMixtureLinearClassifier(2, random_state=0),
    "dirichlet": latentcore.DirichletMixtureLinearClassifier(2, random_state=0),
}
DENSITIES = {
    "gaussian": latentcore.GaussianMixture(2, random_state=0),
    "dirichlet": latentcore.DirichletMixture(2, random_state=0),
}
FIGURE = {"gaussian": "figure-1", "dirichlet": "figure-3"}
COUNTED = {"fractions": "round", "empty": "keep", "random_state": 0}
LENIENT = {"zeros": "replace", "totals": "close"}
CHECKED = [
    CLASSIFIERS["gaussian"],
    DENSITIES["gaussian"],
    clone(CLASSIFIERS["dirichlet"]).set_params(**LENIENT),
    clone(DENSITIES["dirichlet"]).set_params(**LENIENT),
    latentcore.DirichletMultinomialMixtureLinearClassifier(2, **COUNTED),
    latentcore.DirichletMultinomialMixture(2, **COUNTED),
]


def design(kind, n=400):
    data = generate(PRESETS[kind][FIGURE[kind]].truth, n, np.random.default_rng(0)).data
    return data.x, np.array(["well", "ill"])[data.y]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")  # few iterations
@parametrize_with_checks(CHECKED, expected_failed_checks=expected_failed_checks)
def test_scikit_learn_estimator_checks(estimator, check):
    check(estimator)


def test_few_checks_cannot_hold():
    assert all(len(expected_failed_checks(model)) <= 4 for model in CHECKED)
    assert not any(expected_failed_checks(model) for model in CHECKED[:2])


def test_every_exported_name_is_there():
    for name in latentcore.__all__:
        assert getattr(latentcore, name).__name__ == name and name in dir(latentcore)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        latentcore.Nothing  # noqa: B018


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_labels_keep_their_names_and_columns_their_order(kind):
    x, y = design(kind)
    model = clone(CLASSIFIERS[kind]).fit(x, y)
    np.testing.assert_array_equal(model.classes_, ["ill", "well"])
    proba = model.predict_proba(x)
    np.testing.assert_array_equal(model.predict(x), model.classes_[proba.argmax(1)])
    assert model.score(x, y) > 0.75
    assert model.coef_.shape == (2, 1, x.shape[1]) and model.intercept_.shape == (2, 1)
    assert model.weights_.sum() == pytest.approx(1)
    assert model.starts_.shape == (5,)
    np.testing.assert_allclose(model.responsibilities(x).sum(1), 1)
    seen = model.responsibilities(x, y)
    assert np.abs(seen - model.responsibilities(x)).max() > 1e-4  # labels tell
    drawn, labels, z = model.sample(50)
    assert drawn.shape == (50, x.shape[1]) and set(labels) <= {"ill", "well"} and set(z) <= {0, 1}
    with pytest.raises(ValueError, match="'unwell' at row 1, a label that the fit did not see"):
        model.responsibilities(x[:2], ["ill", "unwell"])


@pytest.mark.parametrize("kind", DENSITIES)
def test_a_density(kind):
    x, _ = design(kind)
    model = clone(DENSITIES[kind]).fit(x)
    each = model.score_samples(x)
    assert model.log_likelihood_ == pytest.approx(each.sum()) and model.converged_
    assert model.score(x) == pytest.approx(each.mean())
    np.testing.assert_array_equal(model.predict(x), model.predict_proba(x).argmax(1))
    np.testing.assert_array_equal(model.fit_predict(x), model.predict(x))
    drawn, z = model.sample(30)
    np.testing.assert_array_equal(drawn, model.sample(30)[0])  # random_state is a number
    assert drawn.shape == (30, x.shape[1]) and z.shape == (30,)
    assert model.bic(x) == pytest.approx(
        -2 * model.log_likelihood_ + model.n_parameters * np.log(len(x))
    )
    assert model.aic(x) == pytest.approx(-2 * model.log_likelihood_ + 2 * model.n_parameters)
    tau = model.responsibilities(x)
    entropy = -(tau * np.log(np.maximum(tau, 1e-300))).sum()
    assert model.icl(x) == pytest.approx(model.bic(x) + 2 * entropy)


@pytest.mark.parametrize("covariance", ["spherical", "tied", "diag", "full"])
def test_same_start_same_answer_as_scikit_learn(covariance):
    rng = np.random.default_rng(4)
    x = 4 * rng.normal(size=(3, 2))[rng.integers(3, size=500)] + rng.normal(size=(500, 2))
    given = {
        "weights_init": np.full(3, 1 / 3),
        "means_init": x[:3],
        "precisions_init": {
            "spherical": np.ones(3),
            "tied": np.eye(2),
            "diag": np.ones((3, 2)),
            "full": np.tile(np.eye(2), (3, 1, 1)),
        }[covariance],
    }
    theirs = Theirs(3, covariance_type=covariance, reg_covar=0, tol=1e-12, max_iter=5000, **given)
    theirs.fit(x)
    ours = latentcore.GaussianMixture(
        3, covariance_type=covariance, ridge=0, tol=1e-12, max_iter=5000, **given
    ).fit(x)
    assert ours.score(x) == pytest.approx(theirs.score(x), abs=1e-8)
    assert ours.bic(x) == pytest.approx(theirs.bic(x), rel=1e-8)
    np.testing.assert_allclose(ours.means_, theirs.means_, atol=1e-4)
    np.testing.assert_allclose(ours.covariances_, theirs.covariances_, atol=1e-3)
    np.testing.assert_array_equal(ours.predict(x), theirs.predict(x))


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_one_component_is_a_logistic_regression_and_a_density(kind):
    x, y = design(kind)
    x = x if kind == "dirichlet" else StandardScaler().fit_transform(x)
    model = clone(CLASSIFIERS[kind]).set_params(n_components=1, head_ridge=1e-8, tol=1e-14, ridge=0)
    model.fit(x, y)
    line = LogisticRegression(C=1e8, solver="newton-cholesky", tol=1e-10)
    z = (x - x.mean(0)) / x.std(0)
    if kind == "gaussian":
        line.fit(z, y)
        np.testing.assert_allclose(model.predict_proba(x), line.predict_proba(z), atol=1e-5)
        np.testing.assert_allclose(model.means_[0], x.mean(0), atol=1e-10)
        np.testing.assert_allclose(model.covariances_[0], x.var(0), rtol=1e-9)
    density = clone(DENSITIES[kind]).set_params(n_components=1, tol=1e-14, ridge=0)
    if kind == "gaussian":
        density.set_params(covariance_type="diag")
    np.testing.assert_allclose(
        model.score_samples(x), density.fit(x).score_samples(x), rtol=1e-8, atol=1e-8
    )


@pytest.mark.parametrize("kind", CLASSIFIERS)
@pytest.mark.parametrize("labelled", [True, False])
def test_integer_weights_are_copies(kind, labelled):
    x, y = design(kind, 150)
    times = np.random.default_rng(1).integers(0, 4, size=len(x))
    copied = np.repeat(x, times, axis=0), np.repeat(y, times)
    model = (CLASSIFIERS if labelled else DENSITIES)[kind]
    a = clone(model).fit(x, y, sample_weight=times)
    b = clone(model).fit(*copied)
    assert a.log_likelihood_ == pytest.approx(b.log_likelihood_, rel=1e-9)
    np.testing.assert_allclose(a.responsibilities(x), b.responsibilities(x), atol=1e-6)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_same_seed_same_model_also_through_pickle_and_frames(kind):
    x, y = design(kind)
    a = clone(CLASSIFIERS[kind]).fit(x, y)
    b = pickle.loads(pickle.dumps(clone(CLASSIFIERS[kind]).fit(x, y)))
    frame = pd.DataFrame(x, columns=[f"taxon {j}" for j in range(x.shape[1])])
    c = clone(CLASSIFIERS[kind]).fit(frame, y)
    np.testing.assert_array_equal(a.predict_proba(x), b.predict_proba(x))
    np.testing.assert_array_equal(a.predict_proba(x), c.predict_proba(frame))
    assert list(c.feature_names_in_) == list(frame.columns)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_pipelines_and_grids(kind):
    x, y = design(kind, 200)
    pipe = make_pipeline(FunctionTransformer(), clone(CLASSIFIERS[kind]).set_params(n_init=1))
    assert cross_val_score(pipe, x, y, cv=3).mean() > 0.7
    grid = GridSearchCV(clone(CLASSIFIERS[kind]), {"n_components": [1, 2]}, cv=3).fit(x, y)
    assert grid.best_params_ == {"n_components": 2}
    grid = GridSearchCV(clone(DENSITIES[kind]), {"n_components": [1, 2]}, cv=3).fit(x)
    assert grid.best_params_ == {"n_components": 2}


@pytest.mark.parametrize("kind", DENSITIES)
def test_set_output_gives_a_frame_of_responsibilities(kind):
    x, _ = design(kind, 100)
    frame = clone(DENSITIES[kind]).set_output(transform="pandas").fit_transform(x)
    name = type(DENSITIES[kind]).__name__.lower()
    assert list(frame.columns) == [f"{name}0", f"{name}1"]
    np.testing.assert_allclose(frame.sum(axis=1), 1)


def test_steps_replay_the_fit():
    x, y = design("gaussian")
    model = clone(CLASSIFIERS["gaussian"]).fit(x, y)
    steps = list(model.steps())
    assert [steps[0].number, steps[-1].number] == [0, model.n_iter_]
    assert steps[-1].log_likelihood == model.log_likelihood_
    assert all(b.objective >= a.objective - 1e-9 for a, b in pairwise(steps))
    assert model.starts_.max() == pytest.approx(steps[-1].objective)


def test_steps_too_large_to_keep_are_not_kept(monkeypatch):
    monkeypatch.setattr("latentcore.mixture.estimators.base.KEPT_BYTES", 1000)
    model = clone(DENSITIES["gaussian"]).fit(design("gaussian")[0])
    with pytest.raises(ValueError, match="too large to keep"):
        model.steps()


def test_warm_start_goes_on():
    x, y = design("gaussian")
    model = clone(CLASSIFIERS["gaussian"]).set_params(warm_start=True, max_iter=1, accelerate=False)
    with pytest.warns(ConvergenceWarning, match="limit of 1"):
        first = model.fit(x, y).log_likelihood_
    assert not model.converged_
    with pytest.warns(ConvergenceWarning):
        second = model.fit(x, y).log_likelihood_
    assert second > first and model.starts_.shape == (1,)
    model.set_params(n_components=3, max_iter=500).fit(x, y)
    assert len(model.weights_) == 3 and model.starts_.shape == (5,)


def test_a_warm_start_obeys_the_settings_and_data_of_now():
    x, y = design("gaussian")
    model = clone(CLASSIFIERS["gaussian"]).set_params(warm_start=True).fit(x, y)
    model.set_params(covariance_type="full").fit(x, y)
    assert model.covariances_.shape == (2, 2, 2)
    model.set_params(head_ridge=1000.0).fit(x, y)
    fresh = clone(model).fit(x, y)
    np.testing.assert_allclose(np.abs(model.coef_).max(), np.abs(fresh.coef_).max(), rtol=1e-3)
    far = clone(model).set_params(head_ridge=0.01).fit(x, y).fit(1e4 * x + 1e6, y)
    fresh = clone(far).fit(1e4 * x + 1e6, y)
    assert far.log_likelihood_ == pytest.approx(fresh.log_likelihood_, abs=0.01)


def test_parts_and_memory_maps(tmp_path, monkeypatch):
    monkeypatch.setattr("latentcore.mixture.estimators.base.STREAMED_BYTES", 100)
    x, y = design("gaussian")
    stored = np.memmap(tmp_path / "x", np.float64, "w+", shape=x.shape)
    stored[:] = x
    stored.flush()
    stored = np.memmap(tmp_path / "x", np.float64, "r", shape=x.shape)
    whole = clone(CLASSIFIERS["gaussian"]).set_params(tol=1e-9).fit(x, y)
    mapped = clone(CLASSIFIERS["gaussian"]).set_params(tol=1e-9).fit(stored, y)
    parts = Chunked.of([(x[:150], np.searchsorted(["ill", "well"], y[:150])),
                        (x[150:], np.searchsorted(["ill", "well"], y[150:]))])  # fmt: skip
    chunked = clone(CLASSIFIERS["gaussian"]).set_params(tol=1e-9).fit(parts)
    for other in (mapped, chunked):
        assert other.log_likelihood_ == pytest.approx(whole.log_likelihood_, rel=1e-7)
        np.testing.assert_allclose(other.predict_proba(x), whole.predict_proba(x), atol=1e-3)
    np.testing.assert_array_equal(chunked.classes_, [0, 1])
    with pytest.raises(ValueError, match="bring no labels"):
        clone(CLASSIFIERS["gaussian"]).fit(Chunked.of([x]))
    simplex, _ = design("dirichlet")
    simplex[3] = [0, 0.5, 0.5]
    holes = clone(DENSITIES["dirichlet"]).set_params(zeros="replace").fit(Chunked.of([simplex]))
    assert np.isfinite(holes.log_likelihood_)


@pytest.mark.parametrize("solver", ["bound", "gd", "sgd", "cma-es"])
def test_every_solver_learns(solver):
    x, y = design("gaussian", 150)
    newton = clone(CLASSIFIERS["gaussian"]).set_params(n_init=1).fit(x, y)
    model = clone(newton).set_params(solver=solver).fit(x, y)
    assert model.log_likelihood_ == pytest.approx(newton.log_likelihood_, abs=0.01 * len(x))
    with pytest.raises(ValueError, match="a solver is one of newton, bound, gd, sgd, cma-es"):
        model.set_params(solver="magic").fit(x, y)


@pytest.mark.parametrize("settings, said", [
    ({"covariance_type": "round"}, "covariance_type is one of.*'round'"),
    ({"n_init": 0}, "n_init is a whole number"),
    ({"init_params": "magic"}, "a start is one of.*'magic'"),
    ({"stop": "never"}, "stop is .gain. or .Q."),
    ({"dtype": "float16"}, 'dtype is "float64" or "float32"'),
    ({"means_init": np.zeros((3, 2))}, r"means_init must have shape \(2, 2\), got \(3, 2\)"),
    ({"precisions_init": np.ones(2)}, r"precisions_init must have shape \(2, 2\)"),
    ({"weights_init": np.array([0.5, 0.6])}, "weights must be positive and sum to 1"),
    ({"ridge": -1.0}, "a ridge is 0 or positive"),
])  # fmt: skip
def test_settings_that_make_no_sense_are_named(settings, said):
    x, y = design("gaussian", 50)
    with pytest.raises(ValueError, match=said):
        clone(CLASSIFIERS["gaussian"]).set_params(**settings).fit(x, y)


def test_zeros_are_named_not_replaced_unless_asked_for():
    x, y = design("dirichlet", 50)
    x[7] = [0, 0.4, 0.6]
    with pytest.raises(ValueError, match="zero at row 7, column 0"):
        clone(CLASSIFIERS["dirichlet"]).fit(x, y)
    frame = pd.DataFrame(x, columns=["Dialister", "Roseburia", "other"])
    with pytest.raises(ValueError, match=r"row 7, column 0 \('Dialister'\)"):
        clone(CLASSIFIERS["dirichlet"]).fit(frame, y)
    model = clone(CLASSIFIERS["dirichlet"]).set_params(zeros="replace").fit(x, y)
    assert (model.zeros_, model.delta_) == (1, pytest.approx(1 / 6))  # half of a third at most
    model.set_params(delta=0.01).fit(x, y)
    assert model.delta_ == 0.01
    assert np.isfinite(model.predict_proba(np.array([[0.0, 0.0, 1.0]]))).all()


def test_a_flat_feature_is_named_by_its_column():
    x, y = design("gaussian", 60)
    frame = pd.DataFrame({"age": x[:, 0], "site": 1.0})
    with pytest.raises(ValueError, match=r"component 1 .*feature 1 \('site'\).*ridge above 0"):
        latentcore.GaussianMixture(2, covariance_type="diag", ridge=0, random_state=0).fit(frame)


def test_a_row_of_weight_zero_is_no_row_whatever_the_start():
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(size=(60, 2)), rng.normal(size=(60, 2)) + 5]
    given = {"covariance_type": "diag", "random_state": 0}
    for start in ({"means_init": [[0, 0], [5, 5]]}, {}):
        model = latentcore.GaussianMixture(2, **given, **start)
        alone = clone(model).fit(x)
        with_it = clone(model).fit(np.r_[x, [[1e6, 1e6]]], sample_weight=np.r_[np.ones(120), 0])
        np.testing.assert_allclose(alone.covariances_, with_it.covariances_, rtol=1e-9)


def test_few_rows_of_positive_weight_among_many():
    x = np.random.default_rng(0).normal(size=(60_000, 2))
    weight = np.zeros(60_000)
    weight[::2000] = 1
    model = latentcore.GaussianMixture(2, random_state=0)
    one = clone(model).fit(x, sample_weight=weight)
    two = clone(model).fit(x[::2000])
    assert one.log_likelihood_ == pytest.approx(two.log_likelihood_)
    parts = clone(model).fit(Chunked.from_array(x, weight=weight, rows=500))
    assert parts.log_likelihood_ == pytest.approx(two.log_likelihood_, rel=1e-3)


@pytest.mark.parametrize("apart", [10, 100, 1000])
def test_single_precision_ends_where_double_does(apart):
    rng = np.random.default_rng(0)
    x = apart * rng.normal(size=(3, 2))[rng.integers(3, size=2000)] + rng.normal(size=(2000, 2))
    model = latentcore.GaussianMixture(3, random_state=0)
    a, b = clone(model).fit(x), clone(model).set_params(dtype="float32").fit(x)
    assert b.log_likelihood_ == pytest.approx(a.log_likelihood_, rel=1e-6)
    assert [step.number for step in b.steps()] == sorted({step.number for step in b.steps()})


def test_criteria_and_scores_count_weights():
    x, y = design("gaussian", 100)
    times = np.random.default_rng(0).integers(1, 4, size=100)
    copied = np.repeat(x, times, axis=0), np.repeat(y, times)
    model = clone(CLASSIFIERS["gaussian"]).fit(x, y)
    for name in ("aic", "bic", "icl"):
        work = getattr(model, name)
        assert work(x, y, sample_weight=times) == pytest.approx(work(*copied))
    density = clone(DENSITIES["gaussian"]).fit(x)
    assert density.score(x, sample_weight=times) == pytest.approx(density.score(copied[0]))
    assert density.bic(Chunked.of([x[:30], x[30:]])) == pytest.approx(density.bic(x))


def test_components_that_are_lost_are_told():
    x = np.r_[np.random.default_rng(0).normal(size=(40, 1)), [[1e9]]]
    model = latentcore.GaussianMixture(
        2, weights_init=[0.5, 0.5], means_init=[[0.0], [1e15]], random_state=0
    )
    model.fit(x)
    assert "component 2 was empty" in model.events_[0][1]


def test_one_start_is_run_once(monkeypatch):
    passes = []
    monkeypatch.setattr(
        "latentcore.mixture.climb.sweep", lambda *a, **k: passes.append(0) or sweep(*a, **k)
    )
    model = latentcore.GaussianMixture(2, n_init=1, random_state=0).fit(design("gaussian")[0])
    assert len(passes) == model.n_iter_ + 1


def test_a_pickle_holds_parameters_and_not_what_follows_from_them():
    x = np.random.default_rng(0).normal(size=(300, 20))
    model = latentcore.GaussianMixture(2, random_state=0).fit(x)
    steps = len(list(model.steps()))
    assert len(pickle.dumps(model)) < 1.3 * 8 * 2 * 20 * 21 * (steps + 1) + 20_000
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(x), model.predict(x))


def test_many_features_need_little_memory():
    x = np.random.default_rng(0).normal(size=(600, 150))
    model = latentcore.GaussianMixture(2, n_init=1, random_state=0)
    tracemalloc.start()
    model.fit(x)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 100e6


def test_parts_come_with_everything():
    with pytest.raises(ValueError, match="bring their own labels and weights"):
        latentcore.GaussianMixture().fit(Chunked.of([np.ones((2, 1))]), sample_weight=np.ones(2))
    labelled = Chunked.of([(np.ones((2, 1)), [0, 1])])
    with pytest.raises(ValueError, match="bring their own labels and weights"):
        clone(CLASSIFIERS["gaussian"]).fit(labelled, [0, 1])


def test_names_of_classes_reach_the_answer_from_parts():
    x, y = design("gaussian", 200)
    index = np.searchsorted(["ill", "well"], y)
    parts = Chunked.from_array(x, index, classes=("ill", "well"))
    model = clone(CLASSIFIERS["gaussian"]).fit(parts)
    assert model.score(x, y) > 0.7
    with pytest.raises(ValueError, match="'well'; labels are class numbers"):
        Chunked.of([(x, y)])


@pytest.mark.parametrize("settings, said", [
    ({"means_init": [[np.nan, 0], [1, 1]]}, "means_init holds a value that is not finite"),
    ({"precisions_init": [[-1, 1], [1, 1]]}, "precisions_init must be positive"),
    ({"tol": np.nan}, "tol is 0 or positive"),
])  # fmt: skip
def test_given_values_are_checked(settings, said):
    model = latentcore.GaussianMixture(2, covariance_type="diag", **settings)
    with pytest.raises(ValueError, match=said):
        model.fit(design("gaussian", 50)[0])


def test_sampling_nothing_is_refused():
    model = clone(DENSITIES["gaussian"]).fit(design("gaussian", 50)[0])
    with pytest.raises(ValueError, match="n_samples == 0, must be >= 1"):
        model.sample(0)


def counts(n=300):
    """Two community types; within each, one ratio of taxa tells the label."""
    rng = np.random.default_rng(0)
    z = rng.integers(2, size=n)
    share = np.array([rng.dirichlet(a) for a in np.array([[8, 4, 1, 1], [1, 2, 6, 6]])[z]])
    x = np.array([rng.multinomial(rng.integers(50, 500), p) for p in share])
    ratio = np.log(x[:, 0] + 0.5) - np.log(x[:, 1] + 0.5)
    y = np.where(np.where(z == 0, ratio > 0.7, ratio < -0.7), "ill", "well")
    return x, y


def test_a_mixture_of_counts():
    x, y = counts()
    model = latentcore.DirichletMultinomialMixture(2, random_state=0).fit(x)
    assert model.converged_ and model.concentrations_.shape == (2, 4)
    np.testing.assert_allclose(model.weights_, 0.5, atol=0.1)
    assert model.bic(x) < latentcore.DirichletMultinomialMixture(1).fit(x).bic(x)
    drawn, _ = model.sample(20)
    assert (drawn == np.floor(drawn)).all() and (drawn.sum(1) > 0).all()
    given = latentcore.DirichletMultinomialMixture(
        2, concentrations_init=model.concentrations_, weights_init=model.weights_
    ).fit(x)
    assert given.log_likelihood_ == pytest.approx(model.log_likelihood_, abs=1e-3)


def test_a_classifier_of_counts():
    x, y = counts()
    model = latentcore.DirichletMultinomialMixtureLinearClassifier(2, random_state=0).fit(x, y)
    assert model.score(x, y) > 0.85
    line = LogisticRegression().fit(x / x.sum(1, keepdims=True), y)
    assert model.score(x, y) > line.score(x / x.sum(1, keepdims=True), y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(x), model.predict_proba(x))
    assert model.coef_.shape == (2, 1, 4) and model.intercept_.shape == (2, 1)
    parts = Chunked.of([(x[:90], np.searchsorted(["ill", "well"], y[:90])),
                        (x[90:], np.searchsorted(["ill", "well"], y[90:]))])  # fmt: skip
    other = clone(model).fit(parts)
    assert other.log_likelihood_ == pytest.approx(model.log_likelihood_, rel=1e-3)


@pytest.mark.parametrize("cell, said", [
    (0.5, "0.5, not a whole number, at row 3, column 2"),
    (-1, "Negative values in data: -1 at row 3, column 2"),
])  # fmt: skip
def test_what_is_no_count_is_named(cell, said):
    x, _ = counts(20)
    x = x.astype(float)
    x[3, 2] = cell
    with pytest.raises(ValueError, match=said):
        latentcore.DirichletMultinomialMixture().fit(x)


def test_a_row_without_counts_is_refused_or_kept():
    x, _ = counts(40)
    x[5] = 0
    with pytest.raises(ValueError, match="row 5 of x has a total of 0"):
        latentcore.DirichletMultinomialMixture().fit(x)
    kept = latentcore.DirichletMultinomialMixture(empty="keep").fit(x)
    without = latentcore.DirichletMultinomialMixture().fit(np.delete(x, 5, axis=0))
    np.testing.assert_allclose(kept.concentrations_, without.concentrations_, rtol=1e-4)
    with pytest.raises(ValueError, match="not a single count in the data"):
        latentcore.DirichletMultinomialMixture(empty="keep").fit(0 * x)
