"""Presets: the designs of the notes' figures, and designs that teach by failing.

Each is a truth, a data set's size and how it is fitted, with the lesson in words.  `PRESETS`
lists them by family in the order a lecture would take them.
"""

from dataclasses import dataclass

import numpy as np

from latentcore.mixture.covariance import SHAPES
from latentcore.mixture.dirichlet import Dirichlets
from latentcore.mixture.gaussian import Gaussians
from latentcore.mixture.heads import Heads
from latentcore.mixture.mixture import Mixture

Rows = list[list[float]]


@dataclass(frozen=True)
class Preset:
    """A truth, how many samples to draw, and how the fit begins (`how` as in initial.STARTS)."""

    title: str
    lesson: str
    truth: Mixture
    samples: int = 400
    components: int = 2
    covariance: str = "diagonal"
    how: str = "k-means++"
    starts: int = 5
    seed: int = 0
    start_seed: int = 0
    stratified: bool = True


def _gaussian(weight: list[float], mean: Rows, deviation: Rows, head: Rows | None) -> Mixture:
    """Axis-parallel Gaussians from standard deviations; a head is [b, w1, w2]."""
    components = Gaussians(
        np.array(mean),
        SHAPES["diagonal"].of_variance(np.array(deviation) ** 2),
        np.zeros(2),
    )
    return Mixture.of(np.array(weight), components, _heads(head))


def _dirichlet(weight: list[float], concentration: Rows, head: Rows) -> Mixture:
    """Dirichlets whose heads, given as weights on the parts, are undecided at the centres."""
    components = Dirichlets(np.array(concentration), 0.0)
    slope = np.array(head)
    intercept = -(slope * components.centre).sum(1, keepdims=True)
    return Mixture.of(np.array(weight), components, Heads.of(intercept, slope[:, None]))


def _heads(rows: Rows | None) -> Heads | None:
    if rows is None:
        return None
    table = np.array(rows)
    return Heads.of(table[:, :1], table[:, None, 1:])


FIGURE_1_HEADS: Rows = [[-0.3118, -2.4868, 0.9133], [-0.8991, 1.1271, -1.5141]]
EVEN = [0.5, 0.5]

GAUSSIAN = {
    "figure-1": Preset(
        "Figure 1 of the notes",
        "Two groups, each with its own boundary between the labels. No single line can separate "
        "them, so logistic regression guesses; the mixture finds the groups first and reaches "
        "almost the accuracy of someone who knows the truth.",
        _gaussian(EVEN, [[-1, -2], [5, 3]], [[1, 1.5], [2, 1]], FIGURE_1_HEADS),
    ),
    "figure-2": Preset(
        "Figure 2: everything divided by 10",
        "The same picture ten times smaller, with the same heads. The model is not ill conditioned:"
        " EM finds the groups just as well. What has gone is the signal, because the scores of the "
        "heads shrank too. Even the truth is right only 63 times in 100.",
        _gaussian(EVEN, [[-0.1, -0.2], [0.5, 0.3]], [[0.1, 0.15], [0.2, 0.1]], FIGURE_1_HEADS),
    ),
    "overlap": Preset(
        "Groups that overlap",
        "The groups lie on top of each other, so most samples could belong to either: look at the "
        "mixed colours. EM takes many small steps, and different starts end in different places.",
        _gaussian(EVEN, [[-0.7, 0], [0.7, 0.4]], [[1, 1], [1, 1]], [[0, 2, 1], [0, -2, 1]]),
        samples=300,
        covariance="full",
        how="random",
        starts=1,
    ),
    "unequal": Preset(
        "Unequal weights",
        "One group in twenty-five is easily lost: a component that starts far from it is paid more "
        "for splitting the large group. Try other starts, then more samples.",
        _gaussian(
            [0.8, 0.16, 0.04],
            [[0, 0], [4, 2.5], [-2.5, 3.5]],
            [[1.4, 1.2], [0.9, 0.9], [0.4, 0.4]],
            [[0, 1.5, 0], [0, -1.5, 1], [0, 0, 3]],
        ),
        samples=300,
        components=3,
        how="random",
        starts=1,
        start_seed=12,
    ),
    "wrong-k": Preset(
        "The wrong number of components",
        "Four groups and two components. The likelihood rises all the same and EM converges "
        "happily: nothing inside the fit says that K is wrong. Raise K and compare.",
        _gaussian(
            [0.25] * 4,
            [[-3, -3], [3, -3], [-3, 3], [3, 3]],
            [[0.8, 0.8]] * 4,
            [[4, 2, 0], [-4, 2, 0], [4, 0, -2], [-4, 0, -2]],
        ),
        covariance="full",
    ),
    "bad-start": Preset(
        "A bad start",
        "Three clear groups, one unlucky start: two components share a group while one covers two "
        "others, a stationary point that no EM step leaves. Drag a centre away, or pick a better "
        "start from the list.",
        _gaussian(
            [1 / 3] * 3,
            [[-6, 0], [2.2, 1.8], [2.2, -1.8]],
            [[0.7, 0.7]] * 3,
            [[6, 1, 2], [-4, 2, 0], [2, -2, -2]],
        ),
        samples=300,
        components=3,
        covariance="spherical",
        how="random",
        starts=1,
        start_seed=7,
    ),
    "separable": Preset(
        "Labels without noise",
        "Inside each group a line separates the labels perfectly. The likelihood then rises for "
        "ever as a head grows; the ridge is what stops it. The boundary is found, its steepness "
        "is the ridge's.",
        _gaussian(EVEN, [[-2, 0], [2, 0]], [[0.8, 1.2], [0.8, 1.2]], [[0, 0, 60], [0, 0, -60]]),
        samples=200,
    ),
}

DIRICHLET = {
    "figure-3": Preset(
        "Figure 3 of the notes, heads sharpened",
        "Two groups of compositions in the triangle. The heads of the notes were scaled up until "
        "the labels carry a signal; the mixture gets close to the best possible accuracy.",
        _dirichlet(EVEN, [[5, 3, 20], [15, 4, 2]], [[-30, 30, 0], [0, 30, -30]]),
    ),
    "figure-3-unit": Preset(
        "Figure 3 with heads of size one",
        "The same groups with heads as large as the notes draw them. Compositions differ by a few "
        "tenths, so the scores hardly move and the labels are close to coin flips: the best "
        "accuracy anyone can reach is about 0.52. The simplex is not to blame, the scale is.",
        _dirichlet(EVEN, [[5, 3, 20], [15, 4, 2]], [[-1, 1, 0], [0, 1, -1]]),
    ),
    "overlap": Preset(
        "Groups that overlap",
        "Two broad groups share the middle of the triangle. Watch how slowly the last iterations "
        "move, and how much the answer depends on the start.",
        _dirichlet(EVEN, [[4, 3, 3], [3, 3, 5]], [[20, -20, 0], [-20, 20, 0]]),
        samples=300,
        how="random",
        starts=1,
    ),
    "unequal": Preset(
        "Unequal weights",
        "One sample in twenty comes from a small, tight group. Starts that miss it never find it.",
        _dirichlet(
            [0.75, 0.2, 0.05],
            [[4, 8, 3], [12, 3, 3], [6, 6, 60]],
            [[20, -20, 0], [-20, 0, 20], [40, -40, 0]],
        ),
        samples=300,
        components=3,
        how="random",
        starts=1,
        start_seed=3,
    ),
    "wrong-k": Preset(
        "The wrong number of components",
        "Three groups, two components: one of them must stretch over two groups, and a Dirichlet "
        "that stretches is a poor description of either.",
        _dirichlet(
            [1 / 3] * 3,
            [[30, 5, 5], [5, 30, 5], [5, 5, 30]],
            [[0, 30, -30], [30, 0, -30], [30, -30, 0]],
        ),
    ),
    "separable": Preset(
        "Labels without noise",
        "Inside each group a line separates the labels perfectly, and only the ridge keeps the "
        "heads finite.",
        _dirichlet(EVEN, [[20, 6, 6], [6, 6, 20]], [[0, 2000, -2000], [2000, -2000, 0]]),
        samples=200,
    ),
    "five-parts": Preset(
        "Five parts, shown in a plane",
        "With more than three parts the simplex no longer fits on paper. The film shows the plane "
        "of the first two principal components of the data; EM works in all five parts.",
        _dirichlet(
            [0.4, 0.35, 0.25],
            [[8, 4, 3, 2, 3], [2, 9, 3, 6, 2], [3, 2, 10, 3, 8]],
            [[25, -25, 0, 0, 0], [0, 25, 0, -25, 0], [0, 0, 25, 0, -25]],
        ),
        components=3,
    ),
}

PRESETS: dict[str, dict[str, Preset]] = {"gaussian": GAUSSIAN, "dirichlet": DIRICHLET}
