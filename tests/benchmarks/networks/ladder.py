"""The ladder of digit codes for every architecture after a few seconds of training.

    python -m tests.benchmarks.networks.ladder

Codes are the clusters (K = 64) of the 2 x 2 patches of scikit-learn's digits: a 4 x 4 grid, 1400
maps to train on, 397 to measure on.  Hidden 24, two layers after the first, batches of 64.
"""

from itertools import product
from time import perf_counter

import torch
from torch import Tensor

from latentcore.networks.draws import seeded
from latentcore.networks.priors.architectures import ARCHITECTURES
from latentcore.networks.priors.ladder import Ladder, ladder
from latentcore.networks.priors.prior import Prior
from latentcore.networks.priors.settings import PriorSettings
from tests.networks.priors.digits import TRAIN, digit_codes
from tests.networks.priors.nets import train

K, BATCH = 64, 64
STEPS = {name: 250 for name in ARCHITECTURES} | {"masked": 60}  # more, and it learns by heart


def climb(name: str, classes: int, maps: Tensor, y: Tensor) -> tuple[Ladder, float]:
    """The rungs, and the seconds of training."""
    settings = PriorSettings(name, (4, 4), K, hidden=24, layers=2, classes=classes)
    prior = Prior(settings, seeded(0))
    order = torch.randint(TRAIN, (STEPS[name], BATCH), generator=seeded(1))
    begun = perf_counter()
    train(prior, [(maps[i], y[i]) for i in order])
    seconds = perf_counter() - begun
    test = (maps[TRAIN:], y[TRAIN:]) if classes else (maps[TRAIN:],)
    return ladder(prior, maps[:TRAIN], test), seconds


def main() -> None:
    """One line an architecture, without and with the digit given, below the common rungs."""
    torch.set_num_threads(1)  # products are small
    codes = digit_codes(K)
    for number, (name, classes) in enumerate(product(ARCHITECTURES, (0, 10))):
        found, seconds = climb(name, classes, *codes)
        if number == 0:
            print(f"{'uniform, log2 K':<28}{found.uniform:7.3f} bits per code")
            print(f"{'frequencies':<28}{found.marginal:7.3f}")
            print(f"{'frequencies by position':<28}{found.position:7.3f}")
        title = f"{name}{', digit given' if classes else ''}"
        print(f"{title:<28}{found.prior:7.3f}   after {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
