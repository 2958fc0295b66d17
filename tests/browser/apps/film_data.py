"""Films made of fixed arrays, with a few lines of textbook EM: no part of the package fits them."""

from dataclasses import replace

import numpy as np
from scipy.special import gammaln, log_softmax, logsumexp

from latentcore.figures.film import Film

TAXA = ("Bacteroides", "Prevotella", "Faecalibacterium", "Roseburia", "Other")
ROOT3 = np.sqrt(3) / 2
TRIANGLE = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, ROOT3]])


def joint(film: Film, t: int) -> np.ndarray:
    """log pi + log f + log p(y | x, k) at step t: (N, K), the reference of the parity test."""
    density = [
        gaussian_log_prob(film.x, film.centre[t, k], film.shape[t, k])
        if film.family == "gaussian"
        else dirichlet_log_prob(film.x, film.shape[t, k])
        for k in range(film.weight.shape[1])
    ]
    total = np.log(film.weight[t]) + np.stack(density, axis=1)
    if film.uses_labels:
        scores = film.intercept[t] + np.einsum("nd,kcd->nkc", film.x, film.slope[t])  # N K C-1
        scores = np.concatenate([np.zeros_like(scores[..., :1]), scores], axis=2)
        logs = log_softmax(scores, axis=2)
        total += np.take_along_axis(logs, film.y[:, None, None], axis=2)[..., 0]
    return total


def gaussian_log_prob(x: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    factor = np.linalg.cholesky(covariance)
    white = np.linalg.solve(factor, (x - mean).T)
    return -0.5 * (white**2).sum(0) - np.log(np.diag(factor)).sum() - np.log(2 * np.pi)


def dirichlet_log_prob(x: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.log(x) @ (alpha - 1) + gammaln(alpha.sum()) - gammaln(alpha).sum()


def responsibilities(film: Film, t: int) -> np.ndarray:
    logs = joint(film, t)
    return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))


def gaussian(n: int = 2000, steps: int = 61, components: int = 3, classes: int = 2) -> Film:
    """Real EM on three overlapping clouds; heads that turn towards a final value."""
    rng = np.random.default_rng(7)
    mean = np.array([[-1.0, -2.0], [5.0, 3.0], [0.5, 4.5], [6, -3], [-4, 2]])[:components]
    scale = np.array([[1.0, 1.5], [2.0, 1.0], [1.2, 0.7], [0.8, 0.8], [0.6, 1.4]])[:components]
    z = rng.integers(components, size=n)
    x = mean[z] + scale[z] * rng.standard_normal((n, 2))
    slope = rng.normal(size=(components, classes - 1, 2)) * 1.6
    intercept = -np.einsum("kcd,kd->kc", slope, mean) + rng.normal(size=(components, classes - 1))
    scores = intercept[z] + np.einsum("nd,ncd->nc", x, slope[z])
    scores = np.concatenate([np.zeros((n, 1)), scores], axis=1)
    y = (scores + rng.gumbel(size=scores.shape)).argmax(1)
    way = 1 - 0.85 ** np.arange(steps)  # heads: a share of the way from flat to the truth
    track = _fit(x, steps, components, rng)
    film = Film(
        family="gaussian", x=x, y=y, classes=("low", "high", "middle", "other")[:classes],
        plane=np.eye(2), plane_names=("x₁", "x₂"), corner_names=(), weight=track[0],
        centre=track[1], shape=track[2],
        intercept=way[:, None, None] * intercept, slope=way[:, None, None, None] * slope,
        log_likelihood=np.zeros(steps), objective=np.zeros(steps),
        events=((4, "Component 2 was left with 0.3 samples and was reseeded."),), uses_labels=True,
    )  # fmt: skip
    return _scored(film)


def _fit(x, steps, components, rng):
    weight = np.full(components, 1 / components)
    mean = x[rng.integers(len(x), size=components)] * 0.5 + x.mean(0) * 0.5
    covariance = np.tile(np.eye(2) * 3, (components, 1, 1))
    track = [(weight, mean, covariance)]
    for _ in range(steps - 1):
        logs = np.log(weight) + np.stack(
            [gaussian_log_prob(x, mean[k], covariance[k]) for k in range(components)], 1
        )
        tau = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
        count = tau.sum(0)
        weight, mean = count / len(x), tau.T @ x / count[:, None]
        centred = x[None] - mean[:, None]
        covariance = np.einsum("nk,kni,knj->kij", tau, centred, centred) / count[:, None, None]
        track.append((weight, mean, covariance))
    return [np.stack(each) for each in zip(*track, strict=True)]


def _scored(film: Film) -> Film:
    score = [logsumexp(joint(film, t), axis=1).sum() for t in range(len(film.weight))]
    every = np.array(score)
    return replace(film, log_likelihood=every, objective=every - 1.0)


def dirichlet(parts: int = 3, n: int = 800, steps: int = 25) -> Film:
    """Concentrations sliding from a flat start to the truth; two classes."""
    rng = np.random.default_rng(3)
    truth = np.array([[5, 3, 20, 4, 9], [15, 4, 2, 3, 2.0], [2, 9, 3, 14, 6]])[:, :parts]
    z = rng.choice(3, size=n, p=[0.5, 0.3, 0.2])
    draws = rng.standard_gamma(truth[z])
    x = draws / draws.sum(1, keepdims=True)
    slope = rng.normal(size=(3, 1, parts)) * 8
    slope -= slope.mean(2, keepdims=True)
    mean = truth / truth.sum(1, keepdims=True)
    intercept = -np.einsum("kcd,kd->kc", slope, mean)
    score = intercept[z] + np.einsum("nd,ncd->nc", x, slope[z])
    y = (rng.logistic(size=n) < score[:, 0]).astype(np.int64)
    way = 1 - 0.8 ** np.arange(steps)
    start = rng.uniform(1.5, 4, size=(3, parts))
    shape = start * (truth / start) ** way[:, None, None]
    weight = np.array([1, 1, 1]) / 3 + way[:, None] * (np.array([0.5, 0.3, 0.2]) - 1 / 3)
    angle = 2 * np.pi * np.arange(parts) / parts
    plane = TRIANGLE if parts == 3 else np.stack([np.sin(angle), np.cos(angle)], axis=1)
    film = Film(
        family="dirichlet", x=x, y=y, classes=("healthy", "ill"), plane=plane,
        plane_names=("", "") if parts == 3 else ("first axis", "second axis"),
        corner_names=TAXA[:parts],
        weight=weight, centre=np.zeros((steps, 3, parts)), shape=shape,
        intercept=way[:, None, None] * intercept, slope=way[:, None, None, None] * slope,
        log_likelihood=np.zeros(steps), objective=np.zeros(steps), events=(), uses_labels=True,
    )  # fmt: skip
    return _scored(film)


def plain() -> Film:
    """No labels, no heads, and axes whose names are not to be read as HTML."""
    film = gaussian(n=300, steps=8)
    names = ("<img src=x onerror=alert(1)>", "<b>x2</b>")
    changed = {"y": None, "classes": (), "intercept": None, "slope": None, "uses_labels": False}
    return _scored(replace(film, plane_names=names, **changed))


def smallest() -> Film:
    """One sample, one component, one step."""
    return Film(
        family="gaussian", x=np.ones((1, 2)), y=None, classes=(), plane=np.eye(2),
        plane_names=("a", "b"), corner_names=(), weight=np.ones((1, 1)),
        centre=np.zeros((1, 1, 2)), shape=np.eye(2)[None, None], intercept=None, slope=None,
        log_likelihood=np.zeros(1), objective=np.zeros(1), events=(), uses_labels=False,
    )  # fmt: skip


def stretched() -> Film:
    """Features on very different scales, far from the origin."""
    film = gaussian(n=300, steps=8)
    scale, shift = np.array([1e4, 1e-3]), np.array([1e7, -5.0])
    slope = film.slope / scale
    return _scored(replace(
        film, x=film.x * scale + shift, centre=film.centre * scale + shift,
        shape=film.shape * np.outer(scale, scale), slope=slope,
        intercept=film.intercept - slope @ shift,
    ))  # fmt: skip


FILMS = {
    "gaussian": lambda: gaussian(),
    "small": lambda: gaussian(n=200, steps=12, components=2),
    "classes": lambda: gaussian(n=600, steps=20, components=3, classes=4),
    "big": lambda: gaussian(n=20_000, steps=31),
    "triangle": lambda: dirichlet(3),
    "projected": lambda: dirichlet(5),
    "plain": plain,
    "smallest": smallest,
    "stretched": stretched,
}
