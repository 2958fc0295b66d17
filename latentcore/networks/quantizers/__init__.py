"""Quantisers, one file a method, behind one protocol."""

from typing import TYPE_CHECKING

from latentcore.lazily import exporter

if TYPE_CHECKING:
    from latentcore.networks.quantizers.methods import METHODS
    from latentcore.networks.quantizers.presets import DEFAULT, DEFAULT_OF_SLOTS, PRESETS
    from latentcore.networks.quantizers.quantizer import Quantised, Quantizer
    from latentcore.networks.quantizers.settings import QuantizerSettings
    from latentcore.networks.quantizers.usage import Usage

__all__ = [
    "DEFAULT",
    "DEFAULT_OF_SLOTS",
    "METHODS",
    "PRESETS",
    "Quantised",
    "Quantizer",
    "QuantizerSettings",
    "Usage",
]

__getattr__ = exporter(
    __name__,
    {
        "DEFAULT": "presets",
        "DEFAULT_OF_SLOTS": "presets",
        "METHODS": "methods",
        "PRESETS": "presets",
        "Quantised": "quantizer",
        "Quantizer": "quantizer",
        "QuantizerSettings": "settings",
        "Usage": "usage",
    },
)
