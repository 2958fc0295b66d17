"""Hard and soft EM in the plane against the quantisers, the mixture and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans

from latentcore.mixture import quantising
from latentcore.mixture.quantising import Codes, Rules
from latentcore.networks.quantizers import QuantizerSettings
from latentcore.networks.quantizers.methods import quantizer

RNG = np.random.default_rng(3)
X = np.concatenate([RNG.normal(m, 0.8, (60, 2)) for m in ([-2, 0], [2, 1], [1, -3])])
PLACE = X[RNG.choice(len(X), 5)] + 0.1
PICKS = RNG.permutation(len(X))


def theirs(method: str, **settings):
    """A quantiser of the networks with the same codes, and what it saw of the same rows."""
    made = quantizer(
        QuantizerSettings(method, codes=len(PLACE), width=2, **settings), torch.Generator()
    )
    with torch.no_grad():
        made.free.copy_(torch.from_numpy(PLACE))
    rows = torch.from_numpy(X).float().requires_grad_()
    return made, rows, made.quantise(rows, torch.Generator().manual_seed(0))


def updated(rules: Rules, codes: Codes | None = None) -> Codes:
    owned = quantising.hard(X, PLACE)
    return quantising.update(codes or Codes.at(PLACE, PICKS), X, owned, rules, 1)


def test_the_assignment_is_the_quantisers():
    _, _, seen = theirs("ema")
    np.testing.assert_array_equal(quantising.hard(X, PLACE).argmax(1), seen.index)


@pytest.mark.parametrize(("rules", "decay"), [(Rules("EMA", decay=0.9), 0.9), (Rules(), 0.0)])
def test_a_codebook_step_is_the_quantisers(rules, decay):
    made, _, seen = theirs("ema", decay=decay)
    made.settle(seen, torch.Generator())
    ours = updated(rules)
    np.testing.assert_allclose(ours.place, made.codebook, atol=1e-5)
    if decay:
        np.testing.assert_allclose(ours.share, made.share, atol=1e-6)


def test_a_gradient_step_is_the_quantisers():
    made, _, seen = theirs("gradient", beta=0.25)
    seen.loss.backward()
    moved = PLACE - 0.3 * made.code.grad.numpy()
    np.testing.assert_allclose(updated(Rules("gradient", rate=0.3)).place, moved, atol=1e-5)


def test_the_encoder_gets_the_straight_through_gradient():
    z = X + 0.3
    made, _, _ = theirs("gradient", beta=0.25)
    rows = torch.from_numpy(z).float().requires_grad_()
    seen = made.quantise(rows, torch.Generator())
    loss = (torch.from_numpy(X) - seen.z_q).square().sum() + len(z) * seen.loss
    loss.backward()
    decoder, commitment = quantising.pulls(X, z, PLACE, 0.25)
    np.testing.assert_allclose(decoder + commitment, -rows.grad, atol=1e-4)
    ours = quantising.encode(X, z, PLACE, Rules(encoder=0.1))
    np.testing.assert_allclose(ours, z - 0.1 * rows.grad.numpy(), atol=1e-4)


def test_dead_codes_begin_again_where_the_quantiser_would_let_them():
    far = PLACE.copy()
    far[2] = far[4] = 90.0  # nobody's nearest
    codes = Codes(far, np.array([0.3, 0.3, 0.001, 0.38, 0.002]), np.zeros(5, dtype=int), PICKS, 7)
    rules = Rules("EMA", decay=0.99, restart=0.03)
    ours = quantising.update(codes, X, quantising.hard(X, far), rules, 12)
    made, _, _ = theirs("ema", decay=0.99, restart=0.03)
    with torch.no_grad():
        made.free.copy_(torch.from_numpy(far))
        made.share.copy_(torch.from_numpy(codes.share))
    seen = made.quantise(torch.from_numpy(X).float(), torch.Generator())
    made.settle(seen, torch.Generator().manual_seed(1))
    np.testing.assert_array_equal(ours.moved > 0, made.moved.numpy() > 0)
    assert ours.moved.tolist() == [0, 0, 12, 0, 12] and ours.restarts == 9
    np.testing.assert_allclose(ours.share, made.share, atol=1e-6)
    np.testing.assert_array_equal(ours.place[[2, 4]], X[PICKS[[7, 8]]])
    np.testing.assert_allclose(ours.place[[0, 1, 3]], made.codebook[[0, 1, 3]], atol=1e-5)


def test_batch_k_means_ends_where_scikit_learn_does():
    codes = Codes.at(X[[0, 70, 130]], PICKS)
    for number in range(40):
        owned = quantising.hard(X, codes.place)
        codes = quantising.update(codes, X, owned, Rules(), number)
    known = KMeans(3, init=X[[0, 70, 130]], n_init=1, tol=0).fit(X)
    np.testing.assert_allclose(codes.place, known.cluster_centers_, atol=1e-10)


def test_soft_em_is_the_mixture_and_its_limit_is_hard():
    logs = np.stack([multivariate_normal(m, 0.49).logpdf(X) for m in PLACE], 1)
    np.testing.assert_allclose(quantising.soft(X, PLACE, 0.7), softmax(logs, 1), atol=1e-12)
    limit = quantising.soft(X, PLACE, 1e-3)
    np.testing.assert_allclose(limit, quantising.hard(X, PLACE), atol=1e-12)


@pytest.mark.parametrize("how", quantising.STARTS)
def test_starts(how):
    made = quantising.start(X, 4, how, np.random.default_rng(0))
    assert made.shape == (4, 2)
    if how == "near zero":
        assert np.abs(made).max() <= 1 / 4
    else:
        assert all((row == X).all(1).any() for row in made)


def test_perplexity_counts_evenly_used_codes():
    assert quantising.perplexity(np.eye(5)[:4]) == pytest.approx(4)


@pytest.mark.parametrize(
    "wrong",
    [{"method": "x"}, {"decay": 1.0}, {"restart": -0.1}, {"rate": 0.0}, {"sigma": 0.0},
     {"encoder": -1.0}, {"beta": -1.0}],
)  # fmt: skip
def test_rules_that_no_step_can_be_made_of(wrong):
    with pytest.raises(ValueError, match="got"):
        Rules(**wrong)


def test_an_unknown_start_is_named():
    with pytest.raises(ValueError, match="'middle'"):
        quantising.start(X, 4, "middle", np.random.default_rng(0))
