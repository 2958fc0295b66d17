"""Counts: what is refused and why, what new data may hold, and tables that end in NaN elsewhere."""

from itertools import islice, pairwise

import numpy as np
import pytest
from scipy import stats

from latentcore.data.chunked import Chunked
from latentcore.data.labelled import Labelled
from latentcore.data.preparation.composition import clr
from latentcore.mixture import initial
from latentcore.mixture.counts import concentrated
from latentcore.mixture.dirichlet_multinomial import DirichletMultinomials
from latentcore.mixture.em import em
from latentcore.mixture.fit import Schedule, fit_best
from latentcore.mixture.mixture import Mixture
from latentcore.mixture.stopping import last

CONCENTRATION = np.array([[4.0, 2, 0.5, 0.1], [0.3, 1, 6, 3]])
TWO = DirichletMultinomials(CONCENTRATION, depth=np.array([30.0, 200, 1000]))
FAMILY = initial.dirichlet_multinomial()


def counts(n=120, seed=0):
    rng = np.random.default_rng(seed)
    return TWO.sample(rng.integers(2, size=n), rng)


def expected(a, x):
    return stats.dirichlet_multinomial(a, x.sum(1).astype(int)).logpmf(x.astype(int))


@pytest.mark.parametrize(
    "row, said",
    [
        ([3, -1, 2, 0], "a negative value -1 at row 2, column 1 .*undo any log-ratio"),
        ([3, 0.25, 2, 0], "0.25, not a whole number, at row 2, column 1 .*give the counts"),
        ([1e16, 0, 0, 2], "row 2 of x has a total of 1e[+]16.*larger unit"),
    ],
)
def test_what_is_no_table_of_counts_is_named(row, said):
    x = counts(5)
    x[2] = row
    for work in (
        lambda: TWO.log_prob(x),
        lambda: TWO.knowing([x]).statistics(x, np.ones((5, 2))),
        lambda: next(initial.Plan(FAMILY, 2).starts(Labelled(x), 1, 0)),
        lambda: next(em(Mixture.of([0.5, 0.5], TWO), Labelled(x))),
    ):
        with pytest.raises(ValueError, match=said):
            work()


def test_rows_of_errors_count_from_the_first_sample():
    x = counts(40_000)
    x[39_000, 1] += 0.5
    for data in (Labelled(x), Chunked.from_array(x, rows=9000)):
        with pytest.raises(ValueError, match="at row 39000, column 1"):
            next(em(Mixture.of([0.5, 0.5], TWO), data))


def test_other_refusals():
    x = counts(6)
    with pytest.raises(ValueError, match="x has 3 parts, the mixture 4"):
        TWO.log_prob(x[:, :3])
    with pytest.raises(ValueError, match="at least two parts"):
        FAMILY(np.ones((1, 1)), Labelled(np.ones((3, 1))))
    with pytest.raises(ValueError, match="a ridge is 0 or positive, got -1"):
        initial.dirichlet_multinomial(-1)(x[:2], Labelled(x))
    with pytest.raises(ValueError, match=r"row 0 .*not been told of.*knowing\(\[x\]\)"):
        TWO.statistics(x, np.ones((6, 2)))


def test_a_refused_row_counts_from_the_first_sample():
    known = TWO.knowing([np.full((1, 4), 2.0)])
    with pytest.raises(ValueError, match="row 702 of x holds a count, or a total"):
        known.prepare(np.array([[2.0, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 3]]), 700)


def test_a_head_on_log_ratios_has_a_number_for_each_part():
    x = counts()
    start = next(initial.Plan(FAMILY, 2).starts(Labelled(x, (x[:, 0] > 5).astype(int)), 1, 0))
    assert start.n_parameters == 1 + 2 * 4 + 2 * 4  # weights, concentrations, heads


def test_a_refreshed_component_is_as_concentrated_as_is_usual():
    """One component at the multinomial's limit must not set the scale for the next."""
    family = DirichletMultinomials(np.array([[1.0, 1], [4, 4], [5e11, 5e11]]))
    assert family.refreshed(0).concentration[0] == pytest.approx(np.sqrt([2e12, 2e12]))
    assert family.refreshed(2).concentration[2] == pytest.approx([2, 2])


@pytest.mark.parametrize("ridge", [0.1, 0.0])
def test_samples_without_a_count_say_nothing(ridge):
    """Likelihood 1 under any concentrations, alone or among others; they move no component."""
    x = counts(60)
    x[40:] = 0
    family = initial.dirichlet_multinomial(ridge)
    assert (TWO.log_prob(x)[40:] == 0).all() and (TWO.log_prob(x[40:]) == 0).all()
    start = next(initial.Plan(family, 2).starts(Labelled(x[:40]), 1, 0))
    without, among = (last(islice(em(start, data), 5)) for data in (Labelled(x[:40]), Labelled(x)))
    assert among.mixture.log_likelihood(x[40:]) == pytest.approx(0, abs=1e-12)
    only = start.components.knowing([x[40:]])
    kept = only.maximise(only.statistics(x[40:], np.full((20, 2), 0.5))).concentration
    expected = np.ones((2, 4)) if ridge else start.components.concentration  # the prior's mode
    np.testing.assert_allclose(kept, expected, rtol=1e-6)
    assert np.isfinite(without.objective) and np.isfinite(among.objective)
    with pytest.raises(ValueError, match="not a single count in the data"):
        next(initial.Plan(family, 1).starts(Labelled(np.zeros((5, 3))), 1, 0))


def test_unseen_counts_have_their_density():
    """The vocabulary of a fit is no limit to what the fit can judge."""
    start = next(initial.Plan(FAMILY, 2).starts(Labelled(counts()), 1, 0))
    new = counts(50, seed=1) + np.array([0, 12_345, 0, 1])
    for k, a in enumerate(start.components.concentration):
        np.testing.assert_allclose(start.components.log_prob(new)[:, k], expected(a, new))
    known = start.components.knowing([new])
    assert len(known.vocabulary) > len(start.components.vocabulary)
    np.testing.assert_allclose(known.statistics(new, np.ones((50, 2)))[:, 0], 50)


def test_em_runs_on_data_that_the_start_has_not_seen():
    start, data = Mixture.of([0.5, 0.5], TWO), Labelled(counts())
    whole = last(islice(em(start, data), 6))
    parts = last(islice(em(start, Chunked.from_array(data.x, rows=50)), 6))
    assert parts.objective == pytest.approx(whole.objective, rel=1e-12)
    assert start.components.vocabulary is TWO.vocabulary  # the start itself is left alone


def test_a_row_of_weight_0_may_hold_anything():
    x, weight = counts(60), np.ones(60)
    x[7], weight[7] = [5e6, 0, 0, 1], 0
    data = Labelled(x, weight=weight)
    found = fit_best(initial.Plan(FAMILY, 2).starts(data, 2, 0), data)
    without = Labelled(np.delete(x, 7, axis=0))
    same = fit_best(initial.Plan(FAMILY, 2).starts(without, 2, 0), without)
    assert found.objective == pytest.approx(same.objective, rel=1e-9)


def test_samples_have_the_moments_of_the_distribution():
    a, n = CONCENTRATION[1], 60_000
    family = DirichletMultinomials(a[None], depth=np.array([50.0]))
    x = family.sample(np.zeros(n, int), np.random.default_rng(0))
    assert (x.sum(1) == 50).all()
    truth = stats.dirichlet_multinomial(a, 50)
    np.testing.assert_allclose(x.mean(0), truth.mean(), rtol=0.02)
    np.testing.assert_allclose(np.cov(x.T), truth.cov(), atol=0.02 * truth.cov().max())
    np.testing.assert_allclose(family.centre[0], truth.mean())


def test_new_samples_are_as_deep_as_the_data():
    data = Labelled(counts(900))
    family = FAMILY(data.x[:1], data)
    drawn = family.sample(np.zeros(4000, int), np.random.default_rng(0)).sum(1)
    for depth in (30, 200, 1000):
        share = (data.x.sum(1) == depth).mean()
        assert (drawn == depth).mean() == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize("total", [2.0, 20.0, 200.0])
def test_the_moments_see_how_concentrated_counts_are(total):
    rng = np.random.default_rng(0)
    family = DirichletMultinomials(total * np.array([[0.4, 0.3, 0.2, 0.1]]), depth=TWO.depth)
    data = Labelled(family.sample(np.zeros(4000, int), rng))
    assert concentrated(data) == pytest.approx(total, rel=0.1)
    assert concentrated(Labelled(np.eye(3)[[0, 0, 0]])) == 1  # all in one part: nothing to see


def test_heads_read_log_ratios_of_counts():
    x = counts()
    y = (x[:, 0] > x[:, 2]).astype(int)
    start = next(initial.Plan(FAMILY, 2).starts(Labelled(x, y), 1, 0))
    v = clr(x + 0.5)
    design = start.heads.design(x)
    np.testing.assert_allclose(design[1:].T, (v - v.mean(0)) / v.std(0), atol=1e-9)
    found = fit_best([start], Labelled(x, y)).mixture
    assert (found.predict(x) == y).mean() > 0.9
    score = found.heads.intercept[0] + found.heads.weight[0] @ v[3]
    assert found.heads.prob(x[3:4])[0, 0, 1] == pytest.approx(1 / (1 + np.exp(-score[0])))
    deeper = found.heads.prob(x * 1000)  # the half for a zero aside, depth does not matter
    full = (x > 20).all(1)
    np.testing.assert_allclose(deeper[full], found.heads.prob(x)[full], atol=0.02)


def nan_elsewhere():
    """Tables on which the R package returns nothing but NaN, or refuses to begin."""
    rng = np.random.default_rng(0)
    x = counts(60)
    never, single, huge = x.copy(), x.copy(), x.copy()
    never[:, 2] = 0
    never[:, 0] += never.sum(1) == 0
    single[:5] = np.eye(4)[[0, 1, 2, 3, 3]]
    huge[::7] = np.round(huge[::7] * 1e7)
    return {
        "a part that never occurs": never,
        "samples of depth 1": single,
        "nothing but depth 1": np.eye(4)[rng.integers(4, size=40)],
        "huge counts": huge,
        "nothing but huge counts": np.round(x * 1e7),
        "copies": np.repeat(x[:4], 15, axis=0),
        "a multinomial": rng.multinomial(500, [0.1, 0.2, 0.3, 0.4], size=60).astype(float),
        "one part in each sample": 100.0 * np.eye(4)[rng.integers(4, size=40)],
        "hundreds of parts": rng.poisson(rng.gamma(0.05, 3, (40, 400)) + 1e-3).astype(float)
        + np.eye(400)[:40],
        "two parts": x[:, :2] + 1,
    }


@pytest.mark.parametrize("ridge", [0.1, 0.0])
@pytest.mark.parametrize("how", initial.STARTS)
@pytest.mark.parametrize("name", nan_elsewhere())
def test_counts_stay_finite(name, how, ridge):
    x = nan_elsewhere()[name]
    family = initial.dirichlet_multinomial(ridge)
    for data in (Labelled(x), Labelled(x, (np.arange(len(x)) % 2).astype(int))):
        if data.y is not None and x.shape[1] > 100:
            continue
        found = fit_best(
            initial.Plan(family, 3, how).starts(data, 2, 1), data, Schedule(limit=25, short=5)
        )
        assert np.isfinite([step.objective for step in found.steps]).all()
        for a, b in pairwise(found.steps):
            if not b.events:
                assert b.objective >= a.objective - 1e-9 * abs(a.objective)
        a = found.mixture.components.concentration
        assert np.isfinite(a).all() and (a > 0).all()
        assert np.isfinite(found.mixture.responsibilities(x)).all()
        rng = np.random.default_rng(0)
        every = np.arange(len(found.mixture))  # an empty component may have been dropped
        assert np.isfinite(found.mixture.components.sample(every, rng)).all()
        if data.y is not None:
            assert np.isfinite(found.mixture.predict_proba(x)).all()


def test_a_part_that_never_occurred_is_possible_all_the_same():
    """With a ridge a new sample may hold what no sample held; its density is low, not 0."""
    x = counts(80)
    x[:, 2] = 0
    x[:, 0] += x.sum(1) == 0
    found = fit_best(initial.Plan(FAMILY, 2).starts(Labelled(x), 2, 0), Labelled(x)).mixture
    new = np.array([[10.0, 5, 3, 0], [10, 5, 0, 3]])
    assert np.isfinite(found.log_likelihood(new)).all()
    assert found.log_likelihood(new)[0] < found.log_likelihood(new)[1]


def test_planted_groups_are_found_again():
    rng = np.random.default_rng(3)
    z = rng.integers(2, size=400)
    data = Labelled(TWO.sample(z, rng))
    found = fit_best(initial.Plan(FAMILY, 2).starts(data, 3, 0), data).mixture
    own = found.responsibilities(data.x).argmax(1)
    order = np.arange(2) if (own == z).mean() > 0.5 else np.array([1, 0])
    np.testing.assert_allclose(
        found.components.take(order).concentration, CONCENTRATION, rtol=0.3, atol=0.05
    )


def test_single_precision_says_when_it_cannot_number_the_cells(monkeypatch):
    data = Labelled(counts())
    start = next(initial.Plan(FAMILY, 2).starts(data, 1, 0))
    monkeypatch.setattr("latentcore.mixture.dirichlet_multinomial.EXACT", 50)
    next(em(start, data))
    with pytest.raises(ValueError, match='more than single precision.*"float64"'):
        next(em(start, data, dtype=np.float32))
