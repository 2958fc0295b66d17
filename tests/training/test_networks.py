"""Every network of the project goes through the loop, is saved, and resumes bit for bit."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from latentcore.networks import models
from latentcore.networks.device import place
from latentcore.networks.priors import PriorSettings
from latentcore.networks.priors.architectures import ARCHITECTURES
from latentcore.networks.quantizers import PRESETS
from latentcore.networks.vae import VAESettings
from latentcore.networks.vqvae import (
    ByLikelihoodSettings,
    CompositionSettings,
    VQVAESettings,
)
from latentcore.training import Plan, Progress, Run, load, save, train
from tests.training.toy import assert_equal

DRAW = torch.Generator().manual_seed(0)
IMAGES = torch.rand(40, 1, 8, 8, generator=DRAW)
LEVELS = torch.randint(17, (40, 1, 8, 8), generator=DRAW)
COUNTS = torch.randint(1, 30, (40, 6), generator=DRAW)
CODES = torch.randint(9, (40, 3, 3), generator=DRAW)
CLASSES = torch.randint(2, (40,), generator=DRAW)
WARM = 4  # steps before quantising begins: cuts lie on both sides

CASES = {
    "VAE": ("VAE", VAESettings((1, 8, 8), hidden=8, layers=1), (IMAGES,)),
    "VAE of levels": (
        "VAE",
        VAESettings((1, 8, 8), hidden=8, layers=1, likelihood="categorical", levels=17),
        (LEVELS,),
    ),
    "VAE, dense": ("VAE", VAESettings((1, 8, 8), encoder="dense", hidden=8), (IMAGES,)),
    "compositions": ("CompositionVQVAE", CompositionSettings(6, 4, (8,)), (COUNTS,)),
    "by likelihood": ("ByLikelihood", ByLikelihoodSettings(6), (COUNTS,)),
}
CASES |= {
    f"VQ-VAE, {name}": (
        "VQVAE",
        VQVAESettings(
            hidden=8,
            blocks=1,
            quantizer=replace(preset, codes=8, width=4, warmup=min(WARM, preset.warmup)),
        ),
        (IMAGES,),
    )
    for name, preset in PRESETS.items()
}
CASES |= {
    f"prior, {name}": (
        "Prior",
        PriorSettings(name, (3, 3), codes=9, hidden=8, layers=2, classes=2),
        (CODES, CLASSES),
    )
    for name in ARCHITECTURES
}


def started(name, settings):
    run = Run.start(models.MODELS[name][1], settings, seed=3, learning_rate=0.01)
    place(run.module, run.device)
    return run


def trained(run, data, steps, shown=()):
    plan = Plan(steps, batch_size=16, report_every=1, clip=10.0)
    events = list(train(run, data, plan, shown))
    return np.array([e.trace["total"][0] for e in events if isinstance(e, Progress)])


@pytest.mark.parametrize("case", CASES)
def test_a_network_resumes_bit_for_bit(case):
    name, settings, data = CASES[case]
    shown = tuple(tensor[:3] for tensor in data)
    whole = started(name, settings)
    expected = trained(whole, data, 9, shown)
    torch.manual_seed(0)
    run, told = started(name, settings), []
    for cut in (2, WARM, WARM + 1, 9):
        told.append(trained(run, data, cut))
        torch.rand(3)  # nothing of the process may matter
        run = load(save(run), models.MODELS)
        assert run.model.settings == settings
    np.testing.assert_array_equal(np.concatenate(told), expected)
    assert_equal(run, whole)


@pytest.mark.parametrize("case", ["VAE", "VQ-VAE, warm-up", "compositions", "prior, gated"])
def test_bfloat16_learns_as_float32_does_and_resumes(case):
    name, settings, data = CASES[case]
    totals = []
    for precision in ("float32", "bfloat16"):
        run, again = started(name, settings), started(name, settings)
        plan = Plan(12, batch_size=16, precision=precision, report_every=6)
        whole = [e.losses["total"] for e in train(run, data, plan)]
        next(train(again, data, plan))
        again = load(save(again), models.MODELS)
        list(train(again, data, plan))
        assert_equal(run, again)
        assert {p.dtype for p in run.module.parameters()} == {torch.float32}
        totals.append(whole[-1])
    assert totals[1] == pytest.approx(totals[0], rel=0.05)
    assert totals[0] != totals[1]


def test_every_model_has_a_name():
    known = {kind for _, kind in models.MODELS.values()}
    assert [name for name, (_, kind) in models.MODELS.items() if kind.__name__ != name] == []

    def kinds(of):
        return {of}.union(*map(kinds, of.__subclasses__()))

    found = {
        kind
        for kind in kinds(nn.Module)
        if kind.__module__.startswith("latentcore.networks") and hasattr(kind, "settle")
    }
    trainable = {kind for kind in found if not getattr(kind, "__abstractmethods__", None)}
    assert {kind for kind in trainable if hasattr(kind, "look")} == known
