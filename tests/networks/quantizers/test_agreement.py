"""Against code and formulas nobody here wrote."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.cluster import KMeans
from torch import distributions
from vector_quantize_pytorch import FSQ as TheirFSQ
from vector_quantize_pytorch import SimVQ as TheirSimVQ
from vector_quantize_pytorch import VectorQuantize
from vector_quantize_pytorch.vector_quantize_pytorch import rotate_to

from latentcore.networks.draws import seeded
from latentcore.networks.quantizers.gumbel import gumbel
from latentcore.networks.quantizers.kmeans import lloyd
from latentcore.networks.quantizers.rotation import rotated
from tests.networks.quantizers.cases import D, K, made, rows


def twins(method, n, decay, cosine=False):
    """Ours and theirs with the same codes, theirs with counts that start at N/K as ours do."""
    ours = made(method, decay=decay, beta=0.25)
    theirs = VectorQuantize(
        D,
        K,
        decay=decay,
        commitment_weight=0.25,
        use_cosine_sim=cosine,
        rotation_trick=method == "rotation",
    )
    book = theirs._codebook
    book.embed.data.copy_(ours.codebook[None])
    if cosine:
        ours.mean.copy_(ours.codebook)
    book.cluster_size.data.fill_(n / K)
    book.embed_avg.data.copy_(ours.codebook[None] * n / K)
    return ours, theirs.train()


@pytest.mark.parametrize("decay", [0.8, 0.99])
@pytest.mark.parametrize("method", ["ema", "rotation", "cosine"])
def test_codes_and_codebook_of_twenty_steps(method, decay):
    n = 2048  # many rows a code, because theirs smooths its counts by 1e-5 and ours does not
    ours, theirs = twins(method, n, decay, cosine=method == "cosine")
    for step in range(20):
        z = rows(n, seed=step) + 0.02 * step  # drifting, so that codes have to follow
        mine, their = z.clone().requires_grad_(), z.clone().requires_grad_()
        seen = ours.quantise(mine, seeded(0))
        z_q, index, loss = theirs(their[None])
        assert torch.equal(seen.index, index[0])
        torch.testing.assert_close(seen.loss, loss.squeeze() * D, rtol=1e-5, atol=1e-7)
        torch.testing.assert_close(seen.z_q, z_q[0], rtol=1e-5, atol=1e-5)
        weight = torch.randn(z.shape, generator=seeded(step))
        (seen.z_q * weight).sum().backward()
        (z_q[0] * weight).sum().backward()
        torch.testing.assert_close(mine.grad, their.grad, rtol=1e-4, atol=1e-5)
        ours.settle(seen, seeded(0))
        torch.testing.assert_close(ours.codebook, theirs._codebook.embed[0], rtol=0, atol=1e-5)
    assert not torch.allclose(ours.codebook, twins(method, n, decay)[0].codebook, atol=0.03)


def test_rotation_turns_the_row_onto_the_code_and_the_gradient_back():
    z, e = rows(50).requires_grad_(), rows(50, seed=2)
    theirs = z.detach().clone().requires_grad_()
    weight = torch.randn(z.shape, generator=seeded(3))
    (rotated(z, e) * weight).sum().backward()
    (rotate_to(theirs, e) * weight).sum().backward()
    torch.testing.assert_close(z.grad, theirs.grad, rtol=1e-5, atol=1e-6)
    # a turn and a stretch: the angle of gradient and code is that of the new gradient and row
    length = e.norm(dim=1) / z.norm(dim=1)
    torch.testing.assert_close(z.grad.norm(dim=1), weight.norm(dim=1) * length)
    before = torch.cosine_similarity(weight, e)
    torch.testing.assert_close(
        torch.cosine_similarity(z.grad, z.detach()), before, atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("levels", [(8, 4, 4), (5, 3), (7, 6, 5, 3), (255, 4)])
def test_fsq_rounds_numbers_and_unnumbers_alike(levels):
    ours, theirs = made("FSQ", levels=levels), TheirFSQ(list(levels))
    z = (4 * rows(3000, width=len(levels))).requires_grad_()
    other = z.detach().clone().requires_grad_()
    seen = ours.quantise(z, seeded(0))
    codes, index = theirs(other[None])
    assert torch.equal(seen.index, index[0].long())
    torch.testing.assert_close(seen.z_q, codes[0], rtol=1e-5, atol=1e-6)
    seen.z_q.square().sum().backward()
    codes.square().sum().backward()
    torch.testing.assert_close(z.grad, other.grad, rtol=1e-4, atol=1e-6)
    every = torch.arange(ours.codes)
    torch.testing.assert_close(ours.lookup(every), theirs.indices_to_codes(every[None])[0])
    assert torch.equal(ours.number(ours.codebook), every)


def test_simvq_has_the_same_codes_loss_and_gradients():
    ours = made("SimVQ", beta=0.25)
    theirs = TheirSimVQ(D, K, rotation_trick=False)
    theirs.frozen_codebook.copy_(ours.cloud)
    theirs.code_transform.weight.data.copy_(ours.map.detach().T)
    z, other = rows().requires_grad_(), rows().requires_grad_()
    seen = ours.quantise(z, seeded(0))
    z_q, index, loss = theirs(other[None])
    assert torch.equal(seen.index, index[0])
    torch.testing.assert_close(seen.loss, loss * D)
    (seen.loss + seen.z_q.square().mean()).backward()
    (loss * D + z_q.square().mean()).backward()
    torch.testing.assert_close(z.grad, other.grad)
    torch.testing.assert_close(ours.map.grad.T, theirs.code_transform.weight.grad)


def test_the_papers_terms_pull_code_and_row_as_the_formula_says():
    q = made("gradient", beta=0.3)
    z = rows().requires_grad_()
    seen = q.quantise(z, seeded(0))
    seen.loss.backward()
    apart = z.detach() - q.code.detach()[seen.index]
    torch.testing.assert_close(seen.loss, 1.3 * apart.square().sum(1).mean())
    torch.testing.assert_close(z.grad, 2 * 0.3 * apart / len(z))
    pull = torch.zeros_like(q.code).index_add_(0, seen.index, -2 * apart / len(z))
    torch.testing.assert_close(q.code.grad, pull.detach())


def test_one_step_without_memory_is_one_iteration_of_scikit_learns_kmeans():
    q, z = made("ema", decay=0.0), rows(2000)
    start = q.codebook.clone()
    q.settle(q.quantise(z, seeded(0)), seeded(0))
    fit = KMeans(K, init=start.numpy(), n_init=1, max_iter=1, tol=0).fit(z.numpy())
    np.testing.assert_allclose(q.codebook, fit.cluster_centers_, atol=1e-5)
    torch.testing.assert_close(lloyd(z, start), q.codebook)


def test_soft_em_is_em_of_a_mixture_of_equal_spheres():
    tau, z = 0.8, rows(40)
    q = made("soft EM", samples=20_000, temperature=tau, decay=0.0, codes=6)
    sphere = distributions.MultivariateNormal(q.mean, torch.eye(D) * tau / 2)
    posterior = sphere.log_prob(z[:, None]).softmax(1)  # N K
    seen = q.quantise(z, seeded(0))
    torch.testing.assert_close(seen.z_q, posterior @ q.mean, atol=0.05, rtol=0)
    assert torch.equal(seen.index, posterior.argmax(1))
    q.settle(seen, seeded(0))
    means = posterior.T @ z / posterior.sum(0)[:, None]
    torch.testing.assert_close(q.mean, means, atol=0.03, rtol=0)
    torch.testing.assert_close(q.share, posterior.mean(0), atol=0.003, rtol=0)


def test_soft_em_at_temperature_zero_is_ema():
    soft, hard = made("soft EM", temperature=1e-6), made("ema")
    for step in range(3):
        for q in (soft, hard):
            q.settle(q.quantise(rows(seed=step), seeded(0)), seeded(0))
    torch.testing.assert_close(soft.mean, hard.mean, rtol=1e-4, atol=1e-5)


def test_gumbel_draws_codes_from_the_posterior():
    q = made("gumbel", codes=6)
    z = rows(1).repeat(30_000, 1)
    posterior = (-torch.cdist(z[:1], q.code).square() / 2).softmax(1)[0]
    count = q.quantise(z, seeded(0)).index.bincount(minlength=6)
    assert (
        stats.chisquare(count, posterior.detach().double() * len(z), sum_check=False).pvalue > 1e-4
    )


def test_gumbel_pays_the_kl_and_differentiates_the_mixture():
    q = made("gumbel", beta=0.7, temperature=0.6)
    z, other = rows().requires_grad_(), rows().requires_grad_()
    seen = q.quantise(z, seeded(0))
    logits = -torch.cdist(other, q.code).square() / 2
    posterior = distributions.Categorical(logits=logits)
    uniform = distributions.Categorical(logits=torch.zeros(K))
    kl = distributions.kl_divergence(posterior, uniform).mean()
    torch.testing.assert_close(seen.loss, 0.7 * kl)
    torch.testing.assert_close(seen.z_q, q.code[seen.index])
    seen.z_q.square().sum().backward()
    mine = q.code.grad.clone()
    noise = gumbel(logits.detach(), seeded(0))
    q.zero_grad()
    soft = ((logits.log_softmax(1) + noise) / 0.6).softmax(1) @ q.code
    (soft * (2 * seen.z_q.detach())).sum().backward()
    torch.testing.assert_close(z.grad, other.grad, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(mine, q.code.grad, rtol=1e-3, atol=1e-4)


def test_gumbel_noise_has_its_distribution():
    noise = gumbel(torch.empty(5000), seeded(0))
    assert stats.kstest(noise.numpy(), "gumbel_r").pvalue > 1e-3
