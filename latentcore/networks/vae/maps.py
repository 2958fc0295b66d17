"""The encoder and decoder of a variational autoencoder, which has one vector z per sample."""

import torch
from torch import nn

from latentcore.networks.layers import ConvDecoder, ConvEncoder, DenseDecoder, DenseEncoder
from latentcore.networks.vae.settings import VAESettings

Networks = tuple[nn.Module, nn.Module, tuple[int, ...]]


def dense(settings: VAESettings, out: int, generator: torch.Generator) -> Networks:
    """Encoder, decoder and the shape of z that the decoder takes: (Z,)."""
    wide = [settings.hidden] * settings.layers
    encoder = DenseEncoder(settings.shape, wide, 2 * settings.latent, generator)
    output = (out, *settings.shape[1:])
    return encoder, DenseDecoder(settings.latent, wide, output, generator), (settings.latent,)


def convolutional(settings: VAESettings, out: int, generator: torch.Generator) -> Networks:
    """Encoder, decoder and the shape of z that the decoder takes: a grid of one cell."""
    channels, height, width = settings.shape
    encoder = ConvEncoder(
        channels,
        settings.hidden,
        2 * settings.latent,
        image=(height, width),
        grid=(1, 1),
        generator=generator,
        blocks=settings.layers,
    )
    decoder = ConvDecoder(
        settings.latent,
        settings.hidden,
        out,
        image=(height, width),
        grid=(1, 1),
        generator=generator,
        blocks=settings.layers,
    )
    return encoder, decoder, (settings.latent, 1, 1)
