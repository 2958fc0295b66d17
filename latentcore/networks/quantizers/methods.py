"""The methods by name, and the way to a quantiser."""

from collections.abc import Callable

from torch import Generator

from latentcore.networks.quantizers.cosine import Cosine
from latentcore.networks.quantizers.ema import EMA
from latentcore.networks.quantizers.fsq import FSQ
from latentcore.networks.quantizers.gradient import Gradient
from latentcore.networks.quantizers.gumbel import GumbelSoftmax
from latentcore.networks.quantizers.quantizer import Quantizer
from latentcore.networks.quantizers.rotation import Rotation
from latentcore.networks.quantizers.settings import QuantizerSettings
from latentcore.networks.quantizers.simvq import SimVQ
from latentcore.networks.quantizers.soft_em import SoftEM

METHODS: dict[str, Callable[[QuantizerSettings, Generator], Quantizer]] = {
    "gradient": Gradient,
    "ema": EMA,
    "cosine": Cosine,
    "gumbel": GumbelSoftmax,
    "soft EM": SoftEM,
    "rotation": Rotation,
    "FSQ": FSQ,
    "SimVQ": SimVQ,
}


def quantizer(settings: QuantizerSettings, generator: Generator) -> Quantizer:
    """The quantiser that the settings describe, with codes drawn from the generator."""
    if settings.method not in METHODS:
        raise ValueError(f"quantisers are {', '.join(METHODS)}; got {settings.method!r}")
    return METHODS[settings.method](settings, generator)
