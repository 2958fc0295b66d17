"""Everything a variational autoencoder is built from, as plain values."""

from dataclasses import dataclass
from math import prod

ENCODERS = ("convolutional", "dense")


@dataclass(frozen=True)
class VAESettings:
    """Plain values only, so that they can be kept as JSON beside the weights.

    - shape: of one sample, (C, H, W) or (D,).
    - latent: Z, the dimensions of z.
    - likelihood, levels, sigma: of p(x | z), see `latentcore.networks.likelihoods`.
    - beta: weight of the KL term [1]; 1 is the bound on the evidence.
    - encoder: "convolutional" or "dense"; the decoder mirrors it.
    - hidden, layers: width, and number of residual blocks (convolutional) or of hidden layers
      (dense; 0 gives linear maps, and with a Gaussian likelihood probabilistic PCA).
    - samples: K draws of z per sample in training; above 1 the importance-weighted bound [2] is
      climbed, which is defined for beta = 1.

    [1] I. Higgins et al., beta-VAE, 2017.  [2] Y. Burda et al., Importance weighted autoencoders,
    2016.
    """

    shape: tuple[int, ...]
    latent: int = 8
    likelihood: str = "bernoulli"
    levels: int | None = None
    sigma: float = 0.1
    beta: float = 1.0
    encoder: str = "convolutional"
    hidden: int = 32
    layers: int = 2
    samples: int = 1

    def __post_init__(self) -> None:
        """Check what can be checked without building anything."""
        object.__setattr__(self, "shape", tuple(self.shape))  # JSON has lists only
        if self.encoder not in ENCODERS:
            raise ValueError(f"an encoder is one of {ENCODERS}, got {self.encoder!r}")
        if len(self.shape) not in (1, 3) or min(self.shape, default=0) < 1:
            raise ValueError(f"a sample has shape (C, H, W) or (D,), got {self.shape}")
        if self.encoder == "convolutional" and len(self.shape) == 1:
            raise ValueError(
                f"samples of shape {self.shape} are no images: use the dense encoder for them"
            )
        for name, least in (("latent", 1), ("hidden", 1), ("layers", 0), ("samples", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} is at least {least}, got {getattr(self, name)}")
        if not self.beta >= 0:
            raise ValueError(f"beta weighs the KL term and is 0 or positive, got {self.beta}")
        if self.samples > 1 and self.beta != 1:
            raise ValueError(
                f"the importance-weighted bound has no separate KL term to weigh: choose samples = "
                f"1 or beta = 1, got samples = {self.samples} and beta = {self.beta}"
            )

    @property
    def dims(self) -> int:
        """Numbers in one sample."""
        return prod(self.shape)
