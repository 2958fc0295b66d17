"""Recipes for a codebook, from the paper's to those that keep it alive.

Each adds to or replaces something of the one before, so that a reader can see what helps.  The
first collapses on small data: few codes are ever chosen, the others never learn.
"""

from dataclasses import replace

from latentcore.networks.quantizers.settings import QuantizerSettings

PAPER = QuantizerSettings(method="gradient", beta=0.25)
BY_EMA = replace(PAPER, method="ema", decay=0.99)
BY_KMEANS = replace(BY_EMA, kmeans=True)
BY_RESTART = replace(BY_KMEANS, restart=0.03, decay=0.9)
DEFAULT = replace(BY_RESTART, warmup=100, beta=1.0)

PRESETS = {
    "paper": PAPER,
    "EMA": BY_EMA,
    "k-means": BY_KMEANS,
    "restart": BY_RESTART,
    "warm-up": DEFAULT,
    "cosine": replace(DEFAULT, method="cosine"),
    "rotation": replace(DEFAULT, method="rotation"),
    "soft EM": replace(DEFAULT, method="soft EM"),
    "Gumbel-softmax": replace(DEFAULT, method="gumbel", beta=0.1),
    "FSQ": QuantizerSettings(method="FSQ", levels=(8, 4, 4)),
    "SimVQ": QuantizerSettings(method="SimVQ"),
}

DEFAULT_OF_SLOTS = replace(DEFAULT, codes=32, width=8)
