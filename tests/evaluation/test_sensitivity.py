"""What the likelihood and the number of components owe to what replaces a zero."""

import numpy as np
import pytest

from latentcore.data.preparation import Recipe
from latentcore.evaluation import sensitivity
from latentcore.evaluation.sensitivity import Search, Tried, chosen, sentences, tries
from latentcore.figures.sensitivity import sensitivity as figure
from latentcore.mixture.criteria import Criteria
from latentcore.mixture.estimators import DirichletMixture

SEARCH = Search((1e-2, 1e-5, None), components=2, starts=2)
RECIPE = Recipe(0.1, 6)


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(0)
    alpha = np.array([[8, 4, 2, 1, 0.3, 0.1, 0.1, 0.1], [1, 2, 6, 6, 0.1, 0.3, 0.1, 0.1]])
    share = np.vstack([rng.dirichlet(a, size=30) for a in alpha])
    return rng.poisson(300 * share).astype(float) + np.eye(8)[np.zeros(60, int)]


@pytest.fixture(scope="module")
def found(counts):
    return list(tries(counts, RECIPE, SEARCH))


def test_every_place_is_tried_in_order_and_none_twice(counts, found):
    assert [(t.delta, t.components) for t in found] == list(SEARCH.places)
    rest = list(tries(counts, RECIPE, SEARCH, found[:4]))
    assert [(t.delta, t.components) for t in rest] == list(SEARCH.places)[4:]
    assert rest[0].criteria == found[4].criteria


def test_likelihoods_are_those_of_the_estimator_on_the_same_recipe(counts, found):
    for tried in found:
        made = Recipe(0.1, 6, tried.delta).transformer("simplex", 6).fit(counts)
        x = made.transform(counts)
        model = DirichletMixture(tried.components, n_init=2, random_state=0).fit(x)
        assert tried.per_sample == pytest.approx(model.score(x), abs=2e-3)
        assert tried.typical == made.delta_


def test_a_smaller_replacement_raises_the_likelihood_of_the_same_samples(found):
    first = {t.delta: t.per_sample for t in found if t.components == 1}
    assert first[1e-5] > first[1e-2] + 1


def test_a_replacement_that_does_not_fit_says_so(counts):
    tried = next(tries(counts, RECIPE, Search((0.9,), 1)))
    assert "would fill the whole sample" in tried.failure
    assert "Not fitted with 9e-01, K = 1: row" in " ".join(sentences([tried]))


def made(delta, k, bic, entropy=0.0):
    """A fit of 100 samples with a BIC of its own."""
    criteria = Criteria(-bic / 2, 0, 100.0, entropy)
    assert criteria.bic == pytest.approx(bic)
    return Tried(delta, k, 1e-4, criteria)


def test_chosen_has_the_lowest_criterion():
    fits = [made(1e-3, 1, 50), made(1e-3, 2, 40, 9.0), made(None, 1, 30), made(None, 2, 35)]
    assert chosen(fits) == {1e-3: 2, None: 1}
    assert chosen(fits, "icl") == {1e-3: 1, None: 1}


def test_the_words_say_whether_k_moves():
    moving = [made(1e-3, 1, 50), made(1e-3, 2, 40), made(None, 1, 30), made(None, 2, 35)]
    said = " ".join(sentences(moving))
    assert "from -0.2 nats (1e-03) to -0.1 (half the smallest share)" in said
    assert "K = 2 with 1e-03, K = 1 with half the smallest share" in said
    same = [made(1e-3, 1, 50), made(1e-3, 2, 40), made(None, 1, 30), made(None, 2, 25)]
    at_the_end = "BIC chooses K = 2 with every replacement; no larger K was tried."
    assert at_the_end in sentences(same)
    beyond = [*same, made(1e-3, 3, 60), made(None, 3, 60)]
    assert "BIC chooses K = 2 with every replacement." in sentences(beyond)
    assert sentences([]) == ()


def test_the_picture_shows_the_numbers(found):
    drawn = figure(found)
    names = [trace.name for trace in drawn.data]
    assert names == ["1e-02", "1e-05", "half the smallest share", "BIC", "ICL"]
    np.testing.assert_allclose(drawn.data[0].y, [t.per_sample for t in found[:2]])
    by_bic = sensitivity.chosen(found)
    assert list(drawn.data[3].y) == [by_bic[d] for d in SEARCH.deltas]
