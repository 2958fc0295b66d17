"""Building blocks, every weight drawn from an explicit generator."""

from latentcore.networks.layers.convolutional import ConvDecoder, ConvEncoder
from latentcore.networks.layers.dense import DenseDecoder, DenseEncoder, mlp
from latentcore.networks.layers.residual import Residual, residuals
from latentcore.networks.layers.weights import fill, layer

__all__ = [
    "ConvDecoder",
    "ConvEncoder",
    "DenseDecoder",
    "DenseEncoder",
    "Residual",
    "fill",
    "layer",
    "mlp",
    "residuals",
]
