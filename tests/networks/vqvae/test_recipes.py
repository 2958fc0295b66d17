"""What the recipes promise on scikit-learn's digits: 4 x 4 codes of 128, 400 steps of 64 images."""

from functools import cache

import pytest
import torch
from sklearn.datasets import load_digits

from latentcore.networks.device import has_bfloat16, place
from latentcore.networks.draws import permutation, seeded
from latentcore.networks.quantizers import PRESETS
from latentcore.networks.vqvae import VQVAE, VQVAESettings
from latentcore.training import Plan
from tests.networks.vqvae.fitting import fit

CPU = torch.device("cpu")


@cache
def digits():
    x = torch.tensor(load_digits().images, dtype=torch.float32)[:, None] / 16
    x = x[permutation(len(x), x, seeded(0))]
    return x[:1437], x[1437:]


@cache
def trained(preset, seed=0, precision="float32"):
    m = place(VQVAE(VQVAESettings(quantizer=PRESETS[preset]), seeded(seed)), CPU)
    losses = fit(m, digits()[0], Plan(400, precision=precision), seed)
    return m, losses


def error(m):
    held_out = digits()[1]
    with torch.no_grad():
        return (m.reconstruct(held_out) - held_out).square().mean().item()


@pytest.mark.parametrize("seed", range(3))
def test_the_default_recipe_uses_its_codes_and_reconstructs(seed):
    m, _ = trained("warm-up", seed)
    assert VQVAESettings().quantizer == PRESETS["warm-up"]
    assert error(m) <= 0.0100
    assert m.usage(digits()[1]).used >= 110
    assert m.usage(digits()[0]).perplexity >= 80


def test_the_papers_recipe_collapses():
    m, _ = trained("paper")
    assert m.usage(digits()[0]).used <= 20
    assert error(m) > 2 * error(trained("warm-up")[0])


@pytest.mark.skipif(not has_bfloat16(CPU), reason="this CPU has no avx512_bf16")
def test_bfloat16_ends_within_two_per_cent_of_float32():
    def final(precision):
        m, losses = trained("warm-up", 0, precision)
        return losses[-50:].mean(), m.account(digits()[1]).log_likelihood.mean().item()

    for half, single in zip(final("bfloat16"), final("float32"), strict=True):
        assert half == pytest.approx(single, rel=0.02)
