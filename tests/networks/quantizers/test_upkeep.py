"""K-means start, restart, warm-up and usage: what keeps a codebook alive."""

import numpy as np
import pytest
import torch
from sklearn.cluster import KMeans

from latentcore.networks.draws import choices, permutation, seeded
from latentcore.networks.quantizers import METHODS, Usage, assignment
from latentcore.networks.quantizers.assignment import nearest
from latentcore.networks.quantizers.kmeans import kmeans, lloyd, spread
from latentcore.networks.quantizers.restart import replacements
from tests.networks.quantizers.cases import MOVABLE, K, N, copied, made, rows, same


def apart(a, b):
    """Distances from differences, exactly zero for equal rows: (A, D), (B, D) -> (A, B)."""
    return (a[:, None] - b).norm(dim=2)


def inertia(z, centres):
    return apart(z, centres).amin(1).square().sum().item()


@pytest.mark.parametrize("k", [1, 2, 15, 16, 17, 40, 300])
@pytest.mark.parametrize("cells", [1, assignment.CELLS], ids=["portions", "whole"])
def test_the_nearest_code_is_found_for_any_number_of_codes(k, cells, monkeypatch):
    monkeypatch.setattr(assignment, "CELLS", cells)
    codebook, z = torch.randn(k, 3, generator=seeded(4)), rows(5000)
    assert torch.equal(nearest(z, codebook), apart(z, codebook).argmin(1))


def test_rows_that_are_not_finite_have_a_code_too():
    """Else an index error would hide that a run has diverged."""
    z = torch.tensor([[torch.nan, 0.0, 0.0], [torch.inf, 0.0, 0.0], [torch.inf, -torch.inf, 1.0]])
    assert nearest(z, made("ema").codebook).max() < K


def blobs(n=600, k=8):
    centres = 10 * torch.randn(k, 3, generator=seeded(5))
    return centres[torch.arange(n) % k] + 0.3 * rows(n), centres


def test_kmeans_is_as_good_as_scikit_learns():
    z = rows(1000)
    theirs = [KMeans(K, n_init=1, random_state=s, max_iter=10).fit(z.numpy()) for s in range(5)]
    ours = [inertia(z, kmeans(z, K, seeded(s))) for s in range(5)]
    assert np.mean(ours) < 1.03 * np.mean([fit.inertia_ for fit in theirs])


def test_kmeans_finds_separate_groups_that_random_rows_miss():
    z, centres = blobs()

    def missed(begin):
        return np.mean([inertia(z, begin(seed)) > 2 * inertia(z, centres) for seed in range(20)])

    def from_rows(seed):
        found = z[permutation(len(z), z, seeded(seed))[:8]]
        for _ in range(10):
            found = lloyd(z, found)
        return found

    assert missed(from_rows) > 0.7 > 0.4 > missed(lambda seed: kmeans(z, 8, seeded(seed)))


def test_lloyd_leaves_a_centre_without_rows_where_it_is():
    z, centres = blobs()
    far = torch.cat([centres, torch.full((1, 3), 1e3)])
    after = lloyd(z, far)
    assert torch.equal(after[-1], far[-1])
    assert inertia(z, after) < inertia(z, far)


def test_kmeans_of_few_or_equal_rows_does_not_fail():
    few = kmeans(rows(5), K, seeded(0))
    assert few.shape == (K, 3) and inertia(rows(5), few) < 1e-9
    assert torch.equal(kmeans(torch.ones(50, 3), 4, seeded(0)), torch.ones(4, 3))
    assert spread(rows(1), 3, seeded(0)).shape == (3, 3)


def test_choices_follow_the_weights():
    weight = torch.tensor([[0.0, 1.0, 3.0, 0.0], [5.0, 0.0, 0.0, 5.0]])
    drawn = choices(weight, 20_000, seeded(0))
    for row, expected in zip(drawn, weight, strict=True):
        share = row.bincount(minlength=4) / 20_000
        torch.testing.assert_close(share, expected / expected.sum(), atol=0.015, rtol=0)
        assert (share[expected == 0] == 0).all()


def test_a_permutation_is_one():
    order = permutation(50, rows(), seeded(0))
    assert torch.equal(order.sort().values, torch.arange(50))
    assert not torch.equal(order, torch.arange(50))


@pytest.mark.parametrize("method", ["ema", "rotation", "cosine", "soft EM"])
def test_a_code_without_rows_stays_exactly_where_it_is(method):
    """Where counts start at zero and are smoothed, such a code is multiplied by 1e5 in a step."""
    q = made(method)
    far = q.prepare(torch.full((1, 3), 300.0))[0]
    if method == "cosine":
        far = -far
        z = rows().abs()
    else:
        z = rows()
    q.mean[0] = far
    before = q.codebook[0].clone()
    for _ in range(50):
        q.settle(q.quantise(z, seeded(0)), seeded(0))
    assert torch.equal(q.codebook[0], before)
    assert q.share[0].item() == pytest.approx(0.9**50 / K, rel=1e-3)


def test_a_code_forgotten_for_ages_is_finite_and_learns_again():
    q = made("ema", decay=0.5)
    q.mean[0] = 300.0
    for _ in range(400):  # 0.5^400 is below what float32 holds
        q.settle(q.quantise(rows(), seeded(0)), seeded(0))
    assert q.share[0] == 0 and (q.mean[0] == 300).all()
    q.settle(q.quantise(rows() + 300, seeded(0)), seeded(0))
    assert q.mean.isfinite().all()
    torch.testing.assert_close(q.mean[0], (rows() + 300).mean(0))


def test_shares_are_the_running_mean_of_what_was_used():
    q = made("ema")
    expected = torch.full((K,), 1 / K)
    for step in range(4):
        seen = q.quantise(rows(seed=step), seeded(0))
        q.settle(seen, seeded(0))
        expected = 0.9 * expected + 0.1 * seen.index.bincount(minlength=K) / N
    torch.testing.assert_close(q.share, expected)


def test_the_codes_under_the_fraction_move_to_rows_of_their_own():
    share = torch.full((K,), 1 / K)
    share[[2, 5, 11]] = torch.tensor([0.0, 0.025, 0.031]) / K
    dead, to = replacements(share, 0.03, rows(), seeded(0))
    assert dead.nonzero().flatten().tolist() == [2, 5]
    there = apart(to[dead], rows())
    assert (there.amin(1) == 0).all() and there[0].argmin() != there[1].argmin()


def test_more_dead_codes_than_rows_wait_for_the_next_batch():
    dead, to = replacements(
        torch.cat([torch.ones(1), torch.zeros(K - 1)]), 0.03, rows(4), seeded(0)
    )
    assert dead.sum() == 4 and not dead[0]
    assert len(to[dead].unique(dim=0)) == 4


@pytest.mark.parametrize("method", MOVABLE)
def test_restarted_codes_are_used_and_the_others_left_alone(method):
    q = made(method, restart=0.03, decay=0.5, temperature=0.1)
    lost = [0, 3, 9]
    with torch.no_grad():
        q.free[lost] = -q.prepare(rows().abs().mean(0, keepdim=True)) * 1e3
    z = rows().abs()
    reference = made(method, restart=0.0, decay=0.5, temperature=0.1)
    reference.load_state_dict(q.state_dict())
    for _ in range(10):
        for model in (q, reference):
            model.settle(model.quantise(z, seeded(0)), seeded(0))
        if q.moved.any():
            break
    moved = q.moved > 0
    assert moved[lost].all() and (q.moved[moved] == q.settled).all()
    torch.testing.assert_close(q.codebook[~moved], reference.codebook[~moved])
    assert apart(q.free[moved], q.prepare(z)).amin(1).max() < 1e-6
    assert (q.share[moved] > 0.9 / K).all()
    assert torch.isin(torch.tensor(lost), q.index(z)).all()


@pytest.mark.parametrize("method", METHODS)
def test_in_the_warm_up_rows_pass_as_they_are(method):
    q = made(method, warmup=3, kmeans=method in MOVABLE)
    before = copied(q)
    for step in range(3):
        z = rows(seed=step).requires_grad_()
        seen = q.quantise(z, seeded(0))
        assert torch.equal(seen.z_q, q.prepare(z)) and seen.loss == 0
        seen.z_q.sum().backward()
        assert z.grad.abs().sum() > 0
        assert q.passing
        q.settle(seen, seeded(0))
        if step < 2:
            now = copied(q)
            settled = {name for name in now if name.endswith("_extra_state")}
            assert all(torch.equal(before[n], now[n]) for n in now.keys() - settled)
    assert not q.passing
    seen = q.quantise(rows(), seeded(0))
    assert not torch.equal(seen.z_q, q.prepare(rows()))
    if method in MOVABLE:
        z = q.prepare(rows(seed=2))
        assert inertia(z, q.free) < 1.2 * inertia(z, kmeans(z, K, seeded(1)))


def test_a_warm_up_without_kmeans_leaves_the_codes_where_they_were_drawn():
    q = made("ema", warmup=2)
    before = q.codebook.clone()
    for _ in range(2):
        q.settle(q.quantise(rows(), seeded(0)), seeded(0))
    assert not q.passing and torch.equal(q.codebook, before)


def test_kmeans_alone_takes_the_first_batch():
    q = made("ema", kmeans=True)
    seen = q.quantise(rows(), seeded(0))
    assert torch.equal(seen.z_q, rows())
    q.settle(seen, seeded(0))
    torch.testing.assert_close(q.mean, kmeans(rows(), K, seeded(0)))
    assert not same(copied(made("ema", kmeans=True)), q)


def test_usage_is_counted_over_a_pass_and_not_over_a_batch():
    index = torch.arange(128).repeat(3)[torch.randperm(384, generator=seeded(0))]
    batches = [Usage.of(part.reshape(4, 4, 4), 128) for part in index.split(64)]
    assert max(batch.used for batch in batches) <= 64
    whole = sum(batches[1:], batches[0])
    assert whole.used == 128 and whole.counts.sum() == 384
    assert whole.perplexity == pytest.approx(128)
    assert whole.entropy == pytest.approx(np.log(128))


def test_perplexity_of_uneven_usage():
    usage = Usage(torch.tensor([6, 3, 0, 1]))
    share = np.array([0.6, 0.3, 0.1])
    assert usage.used == 3
    assert usage.perplexity == pytest.approx(np.exp(-(share * np.log(share)).sum()))
    assert made("ema").usage(torch.tensor([[0, 1], [1, 5]])).counts[:6].tolist() == [
        1,
        2,
        0,
        0,
        0,
        1,
    ]
