"""A quantiser in the plane, one half-step at a time: hard EM, and soft EM beside it.

Samples x (N, D) have encoder outputs z (N, D), at first x itself; K codes e share them out.

    assignment   r_ik = 1 for the nearest code, else 0           hard EM, what a VQ-VAE does
                 r_ik = softmax_k(-||z_i - e_k||^2 / 2 sigma^2)  soft EM: a mixture of K equal
                                                                 spherical Gaussians
    codebook     s_k = mean_i r_ik,   m_k = sum_i r_ik z_i / sum_i r_ik,   and e_k goes to m_k:
                 k-means   all the way
                 EMA       by (1 - g) s_k / S_k of the way, S_k the running share [1]
                 gradient  by 2 eta s_k of it: one step down mean_i ||stop(z_i) - e_k||^2
    encoder      z_i moves down the gradient of ||x_i - z_q||^2 + beta ||z_i - stop(e_k)||^2, the
                 first term passed straight through from z_q to z_i (the decoder is the identity)

As sigma goes to 0 the two assignments become one.  Codes whose running share falls below a fraction
of the mean share begin again at a sample.  This is the arithmetic of the canvas on the VQ-VAE page,
which computes it again in the browser; a test holds both to each other, and this to the quantisers.

[1] van den Oord, Vinyals, Kavukcuoglu 2017, Neural discrete representation learning, appendix A.
"""

from dataclasses import dataclass, replace

import numpy as np

from latentcore.arrays import Array, Indices

METHODS = ("k-means", "EMA", "gradient")
STARTS = ("near zero", "samples", "k-means++")


@dataclass(frozen=True)
class Rules:
    """How codes and encoder outputs move.

    method   one of METHODS, with `decay` (of EMA, and of the running shares) or `rate` (gradient)
    restart  a code below this fraction of the mean share begins again; 0: never
    encoder  learning rate of the encoder outputs; 0: they stay at the samples
    beta     weight of the commitment term
    sigma    standard deviation of soft EM's components
    """

    method: str = "k-means"
    decay: float = 0.9
    rate: float = 0.5
    restart: float = 0.0
    encoder: float = 0.0
    beta: float = 0.25
    sigma: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what no step can be made of."""
        if self.method not in METHODS:
            raise ValueError(f"codes move by {', '.join(METHODS)}; got {self.method!r}")
        if not (0 <= self.decay < 1 and 0 <= self.restart < 1):
            raise ValueError(
                f"decay and restart lie in [0, 1), got {self.decay:g} and {self.restart:g}"
            )
        if not (0 < self.rate <= 1 and self.sigma > 0 and self.encoder >= 0 and self.beta >= 0):
            raise ValueError(
                "rate lies in (0, 1], sigma is above 0, encoder and beta are at least 0; got "
                f"{self.rate:g}, {self.sigma:g}, {self.encoder:g} and {self.beta:g}"
            )


@dataclass(frozen=True)
class Codes:
    """K codes (K, D), their running share (K,), when each was last restarted (K,), 0 if never.

    picks     rows at which dead codes begin again, one after the other and then from the first
    restarts  how many there have been
    """

    place: Array
    share: Array
    moved: Indices
    picks: Indices
    restarts: int = 0

    @classmethod
    def at(cls, place: Array, picks: Indices) -> "Codes":
        """Codes that have seen nothing yet."""
        k = len(place)
        return cls(place, np.full(k, 1 / k), np.zeros(k, dtype=np.int64), picks)


def start(x: Array, codes: int, how: str, rng: np.random.Generator) -> Array:
    """Where codes begin: around zero as in public code, at samples, or spread: (K, D)."""
    if how == "near zero":
        place: Array = rng.uniform(-1, 1, (codes, x.shape[1])) / codes
        return place
    if how == "samples":
        return x[rng.choice(len(x), codes, replace=codes > len(x))]
    if how != "k-means++":
        raise ValueError(f"codes start {', '.join(STARTS)}; got {how!r}")
    chosen = [x[rng.integers(len(x))]]
    for _ in range(codes - 1):
        far = squared(x, np.array(chosen)).min(1) + 1e-20
        chosen.append(x[rng.choice(len(x), p=far / far.sum())])
    return np.array(chosen)


def squared(z: Array, codes: Array) -> Array:
    """Squared distances: (N, D), (K, D) -> (N, K)."""
    distance: Array = ((z[:, None] - codes[None]) ** 2).sum(2)
    return distance


def hard(z: Array, codes: Array) -> Array:
    """One for the nearest code, zero for the others: (N, D), (K, D) -> (N, K)."""
    owned: Array = np.eye(len(codes))[squared(z, codes).argmin(1)]
    return owned


def soft(z: Array, codes: Array, sigma: float) -> Array:
    """Responsibilities of K equal spherical Gaussians: (N, D), (K, D) -> (N, K)."""
    logs = -squared(z, codes) / (2 * sigma**2)
    weight = np.exp(logs - logs.max(1, keepdims=True))
    responsibilities: Array = weight / weight.sum(1, keepdims=True)
    return responsibilities


def update(codes: Codes, z: Array, owned: Array, rules: Rules, number: int) -> Codes:
    """The codebook after iteration `number`: z (N, D) owned (N, K) -> codes.

    Dead codes go, in order, to the rows of z that `codes.picks` names, one after the other.
    """
    share = owned.mean(0)
    mean = (owned.T @ z) / np.maximum(owned.sum(0), 1e-300)[:, None]  # K D
    running = rules.decay * codes.share + (1 - rules.decay) * share
    part = {
        "k-means": (share > 0).astype(float),
        "EMA": (1 - rules.decay) * share / np.maximum(running, 1e-300),
        "gradient": 2 * rules.rate * share,
    }[rules.method]
    place = codes.place + part[:, None] * (mean - codes.place)
    dead = np.flatnonzero(running < rules.restart * running.mean())
    place[dead] = z[codes.picks[(codes.restarts + np.arange(len(dead))) % len(codes.picks)]]
    moved, level = codes.moved.copy(), running.mean()
    moved[dead], running[dead] = number, level
    return replace(
        codes, place=place, share=running, moved=moved, restarts=codes.restarts + len(dead)
    )


def pulls(x: Array, z: Array, codes: Array, beta: float) -> tuple[Array, Array]:
    """Minus the two gradients that an encoder output gets, (N, D) each.

    First the decoder's, taken at the code and copied to z; then the commitment term's.
    """
    chosen = codes[squared(z, codes).argmin(1)]
    return 2 * (x - chosen), 2 * beta * (chosen - z)


def encode(x: Array, z: Array, codes: Array, rules: Rules) -> Array:
    """Encoder outputs after one step: (N, D) -> (N, D)."""
    decoder, commitment = pulls(x, z, codes, rules.beta)
    return z + rules.encoder * (decoder + commitment)


def perplexity(owned: Array) -> float:
    """exp(entropy) of how samples are shared among codes: (N, K) -> 1..K."""
    share = owned.mean(0)
    return float(np.exp(-sum(s * np.log(s) for s in share if s > 0)))
