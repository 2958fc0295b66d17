"""Laws of the recipe from abundances to features."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.base import clone

from latentcore.data.preparation import Preparation, composition

OUTPUTS = ("simplex", "clr", "ilr")


@pytest.fixture
def counts():
    rng = np.random.default_rng(0)
    share = rng.dirichlet(np.geomspace(5, 0.02, 40), size=60)
    return rng.poisson(share * rng.integers(500, 5000, size=(60, 1))).astype(float)


@pytest.mark.parametrize("top", [None, 8])
@pytest.mark.parametrize("delta", [None, 1e-4])
def test_rows_sum_to_one_without_zeros(counts, top, delta):
    made = Preparation(0.1, top, delta).fit_transform(counts)
    assert (made > 0).all()
    np.testing.assert_allclose(made.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("output", OUTPUTS)
def test_nothing_is_learned_from_other_rows(counts, output):
    train, test = counts[:40], counts[40:]
    recipe = Preparation(0.1, 8, None, output).fit(train)
    before = recipe.transform(test)
    upset = np.vstack([test[:, ::-1] * 1000, test])
    np.testing.assert_allclose(recipe.transform(upset)[len(test) :], before, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(recipe.transform(test[:1]), before[:1], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(clone(recipe).fit(train).kept_, recipe.kept_)


@pytest.mark.parametrize("output", OUTPUTS)
def test_depth_does_not_matter(counts, output):
    scale = np.random.default_rng(1).uniform(0.01, 100, size=(len(counts), 1))
    made = Preparation(0.2, 8, None, output).fit_transform(counts)
    np.testing.assert_allclose(
        Preparation(0.2, 8, None, output).fit_transform(counts * scale), made, rtol=1e-9, atol=1e-9
    )


def test_prevalence_top_and_other(counts):
    recipe = Preparation(0.5, 5).fit(counts)
    assert (counts[:, recipe.kept_] > 0).mean(axis=0).min() >= 0.5
    assert len(recipe.kept_) == 5
    share = composition.closure(counts)
    made = recipe.transform(counts)
    assert made.shape == (60, 6)
    full = (counts[:, recipe.kept_] > 0).all(axis=1)
    np.testing.assert_allclose(made[full, :5], share[full][:, recipe.kept_])
    names = recipe.get_feature_names_out([f"t{j}" for j in range(40)])
    assert names.tolist() == [f"t{j}" for j in recipe.kept_] + ["other"]


def test_replacement_keeps_ratios_and_is_reported():
    x = composition.closure(np.array([[4.0, 0, 2, 2, 0], [1, 1, 1, 1, 1]]))
    made = composition.replace_zeros(x, 0.01)
    np.testing.assert_allclose(made[0, [0, 2]] / made[0, 3], [2, 1])
    np.testing.assert_allclose(made[0, [1, 4]], 0.01)
    np.testing.assert_array_equal(made[1], x[1])
    recipe = Preparation(0.0, None).fit(np.array([[4.0, 0, 2, 2, 0], [4, 4, 8, 8, 8]]))
    assert recipe.zeros_ == pytest.approx(0.2)
    assert recipe.delta_ == pytest.approx(np.median([1 / 10, 1 / 16]))
    with pytest.raises(ValueError, match="row 0 has 2 zeros"):
        composition.replace_zeros(x, 0.5)


def test_log_ratios(counts):
    x = Preparation(0.1, 10).fit_transform(counts)
    clr, ilr = composition.clr(x), composition.ilr(x)
    np.testing.assert_allclose(clr.sum(axis=1), 0, atol=1e-10)
    np.testing.assert_allclose(pdist(ilr), pdist(clr))
    v = composition.basis(x.shape[1])
    np.testing.assert_allclose(v.T @ v, np.eye(x.shape[1] - 1), atol=1e-12)


@pytest.mark.parametrize("output", OUTPUTS)
def test_inverse(counts, output):
    recipe = Preparation(0.1, 10, None, output)
    expected = Preparation(0.1, 10).fit_transform(counts)
    features = recipe.fit_transform(counts)
    np.testing.assert_allclose(recipe.inverse_transform(features), expected)
    assert len(recipe.get_feature_names_out()) == features.shape[1]


def test_a_sample_without_any_kept_taxon_is_all_other(counts):
    recipe = Preparation(0.9, 3).fit(counts)
    lonely = np.zeros((1, 40))
    lonely[0, np.setdiff1d(np.arange(40), recipe.kept_)[0]] = 7
    made = recipe.transform(lonely)
    assert made[0].argmax() == 3
    assert (made > 0).all()


@pytest.mark.parametrize(
    ("x", "options", "said"),
    [
        (np.eye(3) * -1, {}, "row 0, column 0"),
        (np.array([[1.0, np.nan]]), {}, "nan at row 0, column 1"),
        (np.array([[1.0, 2], [0, 0]]), {}, "sample 1 is zero"),
        (np.ones(3), {}, "shape"),
        (np.eye(4), {"prevalence": 0.9}, "lower the prevalence"),
        (np.ones((3, 2)), {"output": "alr"}, "expected 'simplex'"),
    ],
)
def test_what_cannot_be_prepared_gets_a_sentence(x, options, said):
    with pytest.raises(ValueError, match=said):
        Preparation(**options).fit(x)


def test_other_numbers_of_taxa_are_refused(counts):
    with pytest.raises(ValueError, match="39 taxa"):
        Preparation().fit(counts).transform(counts[:, 1:])
