"""One step of the optimiser, 128 images of 3 x 32 x 32, layers alike on both sides.

Ours keeps images and weights channels-last, never builds a one-hot matrix, and can compute the
convolutions in bfloat16 where the CPU multiplies in it.  Both use Adam, ours fused as in `Run`.
"""

import torch

from latentcore.networks.device import autocast, has_bfloat16, place, place_images
from latentcore.networks.draws import seeded
from latentcore.networks.quantizers import QuantizerSettings
from latentcore.networks.vqvae import VQVAE, VQVAESettings
from tests.benchmarks.networks.peers import CODES, WIDTH, OneHotVQVAE, decoder, encoder
from tests.benchmarks.timing import Timing, compare

CPU = torch.device("cpu")
BATCH = 128
IN_A_ROW = 3


def peer(x):
    """A step of the public recipe."""
    model = OneHotVQVAE().train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimiser.zero_grad()
        model(x).backward()
        optimiser.step()

    return step


def ours(x, half):
    """A step of ours, with the peer's layers in place of its own."""
    quantizer = QuantizerSettings(codes=CODES, width=WIDTH, beta=0.25, decay=0.99)
    settings = VQVAESettings((3, 32, 32), (8, 8), quantizer=quantizer)
    model = VQVAE(settings, seeded(0))
    model.encoder, model.decoder = encoder(), decoder()
    model, x = place(model, CPU), place_images(x, CPU)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    generator = seeded(1)

    def step():
        optimiser.zero_grad()
        with autocast(CPU, half):
            loss = model.loss((x,), generator)
        loss.total.backward()
        optimiser.step()
        model.settle(loss, generator)

    return step


def timing(x, half) -> Timing:
    """Per step; each side has its turn for several, as in training, so that memory is its own."""
    mine, theirs = ours(x, half), peer(x)
    found = compare(
        lambda: [mine() for _ in range(IN_A_ROW)], lambda: [theirs() for _ in range(IN_A_ROW)]
    )
    return Timing(found.ours_s / IN_A_ROW, found.peer_s / IN_A_ROW, found.ratio)


def timings() -> dict[str, Timing]:
    """In float32, and in bfloat16 where this CPU has it."""
    x = torch.rand(BATCH, 3, 32, 32, generator=seeded(0))
    found = {"training step, float32": timing(x, False)}
    if has_bfloat16(CPU):
        found["training step, bfloat16"] = timing(x, True)
    return found
