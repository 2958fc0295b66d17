"""The quantiser alone: forward, backward and upkeep of 6272 vectors, K = 512, D = 64."""

import torch
from vector_quantize_pytorch import VectorQuantize

from latentcore.networks.draws import seeded
from latentcore.networks.quantizers import QuantizerSettings
from latentcore.networks.quantizers.methods import quantizer
from latentcore.networks.vqvae.autoencoder import rows
from tests.benchmarks.networks.peers import CODES, COST, DECAY, WIDTH, OneHotEMA
from tests.benchmarks.timing import Timing, compare

SHAPE = (128, WIDTH, 7, 7)
IN_A_ROW = 10


def ours(z):
    q = quantizer(QuantizerSettings(codes=CODES, width=WIDTH, beta=COST, decay=DECAY), seeded(0))
    q.mean.normal_(generator=seeded(2))
    z = z.to(memory_format=torch.channels_last).requires_grad_()
    generator = seeded(1)

    def work():
        z.grad = None
        seen = q.quantise(rows(z), generator)
        (seen.loss + seen.z_q.mean()).backward()
        q.settle(seen, generator)

    return work


def zalando(z):
    q = OneHotEMA().train()
    z = z.clone().requires_grad_()

    def work():
        z.grad = None
        loss, z_q, _ = q(z)
        (loss + z_q.mean()).backward()

    return work


def vector_quantize_pytorch(z):
    q = VectorQuantize(WIDTH, CODES, decay=DECAY, commitment_weight=COST, rotation_trick=False)
    q.train()
    z = rows(z).clone()[None].requires_grad_()

    def work():
        z.grad = None
        z_q, _, loss = q(z)
        (loss.sum() + z_q.mean()).backward()

    return work


def timing(z, peer) -> Timing:
    """Per pass; each side has its turn for several, as in training, so that memory is its own."""
    mine, theirs = ours(z), peer(z)
    found = compare(
        lambda: [mine() for _ in range(IN_A_ROW)], lambda: [theirs() for _ in range(IN_A_ROW)]
    )
    return Timing(found.ours_s / IN_A_ROW, found.peer_s / IN_A_ROW, found.ratio)


def timings() -> dict[str, Timing]:
    """Against both peers."""
    z = torch.randn(SHAPE, generator=seeded(0))
    peers = {"one-hot EMA": zalando, "vector-quantize-pytorch": vector_quantize_pytorch}
    return {f"quantiser, {name}": timing(z, peer) for name, peer in peers.items()}
