"""What a quantiser is built from: plain values, so that a run can be stored and repeated."""

from dataclasses import dataclass


@dataclass(frozen=True)
class QuantizerSettings:
    """One of the `methods`, and the switches that they share.

    codes       K, size of the codebook; FSQ has the product of its levels instead
    width       D, length of a code; FSQ has as many numbers as levels
    beta        weight of the commitment term, or of Gumbel-softmax's KL term
    decay       of the running means: the share of each code, and codes learned by EMA
    kmeans      begin with the k-means of the first encoder outputs
    restart     move a code whose share falls below this fraction of the mean share; 0: never
    warmup      steps in which the decoder reads the encoder's output itself
    levels      of each number of an FSQ code, 3 to 255 each
    samples     codes drawn for each position by soft EM
    temperature of Gumbel-softmax and soft EM
    """

    method: str = "ema"
    codes: int = 128
    width: int = 16
    beta: float = 1.0
    decay: float = 0.99
    kmeans: bool = False
    restart: float = 0.0
    warmup: int = 0
    levels: tuple[int, ...] = (8, 4, 4)
    samples: int = 10
    temperature: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no quantiser can be built from."""
        at_least(self, codes=1, width=1, samples=1, warmup=0)
        if not (0 <= self.decay < 1 and 0 <= self.restart < 1):
            raise ValueError(
                f"decay and restart lie in [0, 1), got {self.decay:g} and {self.restart:g}"
            )
        if not (self.beta >= 0 and self.temperature > 0):
            raise ValueError(
                f"beta is at least 0 and temperature above it, got {self.beta:g} and "
                f"{self.temperature:g}"
            )
        if not self.levels or min(self.levels) < 3 or max(self.levels) > 255:
            raise ValueError(f"FSQ has 3 to 255 levels for each number, got {self.levels}")

    @property
    def start(self) -> int:
        """Steps before the quantiser begins: k-means needs one batch of encoder outputs."""
        return max(self.warmup, int(self.kmeans))


def at_least(settings: object, **least: int) -> None:
    """Raise ValueError naming the first of these whole numbers that is too small."""
    for name, low in least.items():
        if getattr(settings, name) < low:
            raise ValueError(f"{name} is a whole number from {low}, got {getattr(settings, name)}")
