"""Laws of the recipe from abundances to features."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from latentcore.data.preparation import Preparation, Recipe, composition

OUTPUTS = ("simplex", "clr", "ilr")  # of shares; "counts" is no function of them


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


def test_ilr_is_balances_of_each_part_against_the_geometric_mean_of_those_before(counts):
    """The definition in Egozcue et al. 2003, equation (18)."""
    x = Preparation(0.1, 10).fit_transform(counts)
    for i, balance in enumerate(composition.ilr(x).T, start=1):
        mean = np.exp(np.log(x[:, :i]).mean(axis=1))
        expected = np.sqrt(i / (i + 1)) * np.log(mean / x[:, i])
        np.testing.assert_allclose(balance, expected, atol=1e-12)


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


def test_rare_taxa_join_other_by_their_share(counts):
    recipe = Preparation(0.0, None, abundance=0.02).fit(counts)
    share = composition.closure(counts).mean(axis=0)
    np.testing.assert_array_equal(recipe.kept_, np.flatnonzero(share >= 0.02))
    assert 0 < len(recipe.kept_) < 40
    with pytest.raises(ValueError, match="lower the prevalence or the abundance"):
        Preparation(0.0, None, abundance=1.1).fit(counts[:, [0, 0]])


def test_counts_stay_counts_and_keep_their_totals(counts):
    recipe = Preparation(0.5, 5, output="counts").fit(counts)
    made = recipe.transform(counts)
    np.testing.assert_array_equal(made.sum(axis=1), counts.sum(axis=1))
    np.testing.assert_array_equal(made[:, :-1], counts[:, recipe.kept_])
    np.testing.assert_allclose(
        recipe.inverse_transform(made), composition.closure(made), rtol=1e-12
    )


def named(counts):
    return pd.DataFrame(counts, columns=[f"taxon {j}" for j in range(counts.shape[1])])


@pytest.mark.parametrize("output", [*OUTPUTS, "counts"])
def test_names_find_taxa_in_any_order_and_unseen_ones_join_other(counts, output):
    frame = named(counts)
    recipe = Preparation(0.5, 5, None, output).fit(frame)
    expected = Preparation(0.5, 5, None, output).fit(counts).transform(counts)
    np.testing.assert_allclose(recipe.transform(frame), expected)
    np.testing.assert_allclose(recipe.transform(frame[frame.columns[::-1]]), expected)
    left_out = [f"taxon {j}" for j in np.setdiff1d(np.arange(40), recipe.kept_)]
    other = frame.rename(columns={left_out[0]: "never met"}).drop(columns=left_out[1])
    lost = frame.assign(**{left_out[1]: 0.0})
    np.testing.assert_allclose(recipe.transform(other), recipe.transform(lost))
    assert not np.allclose(recipe.transform(lost), expected)
    assert list(recipe.get_feature_names_out())[:1] in ([f"taxon {recipe.kept_[0]}"], ["ilr1"])


def test_a_kept_taxon_that_is_missing_counts_as_not_seen(counts):
    frame = named(counts)
    recipe = Preparation(0.5, 5, output="counts").fit(frame)
    made = recipe.transform(frame.drop(columns=f"taxon {recipe.kept_[2]}"))
    assert (made[:, 2] == 0).all()
    np.testing.assert_array_equal(made[:, 0], counts[:, recipe.kept_[0]])


def test_names_must_tell_taxa_apart_and_an_array_forgets_them(counts):
    frame = named(counts)
    twice = frame.rename(columns={"taxon 1": "taxon 0"})
    for use in (Preparation().fit, Preparation().fit(frame).transform):
        with pytest.raises(ValueError, match="two columns of x are named 'taxon 0'"):
            use(twice)
    recipe = Preparation().fit(frame).fit(counts)
    assert not hasattr(recipe, "feature_names_in_")
    assert recipe.get_feature_names_out()[0] == f"x{recipe.kept_[0]}"


def test_a_recipe_is_a_step_that_learns_from_what_it_is_given(counts):
    recipe = Recipe(prevalence=0.5, top=7, delta=1e-4, abundance=0.001)
    model = Pipeline([*recipe.steps("clr", recipe.top)])
    assert clone(model).fit_transform(counts).shape == (60, 8)
    params = model.get_params()
    for name in ("prevalence", "top", "delta", "abundance"):
        assert params[f"prepare__{name}"] == getattr(recipe, name)
    learned = [model.fit(part)["prepare"].kept_.tolist() for part in (counts[:5], counts)]
    assert learned[0] != learned[1]
