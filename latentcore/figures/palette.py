"""Colours and symbols: component by hue, class by shape, and the interface in ink.

A hue always means a component (component k has the same one in the film, the figures and the
tables), a shape always means a class, so nothing is said by hue alone and the interface itself
stays neutral. The eight hues were searched for, within two bounds:

- luminance between 0.12 and 0.29, which gives a contrast of at least 3 : 1 (WCAG 2.2, 1.4.11)
  against both the light and the dark background of the theme;
- the smallest distance between two of them as large as it gets, in OKLab [3], seen with full
  colour vision and with simulated protanopia, deuteranopia and tritanopia [4]; the first four,
  used most, are held further apart than the rest.

The well-known colour-blind safe sets [1, 2] contain a yellow that no light page can show; these
hues keep their idea (blue against vermilion first, then teal and pink) in a narrower band.

[1] Okabe and Ito (2008). Color universal design: how to make figures and presentations that are
    friendly to colorblind people.
[2] Tol (2021). Colour schemes. SRON technical note SRON/EPS/TN/09-002.
[3] Ottosson (2020). A perceptual color space for image processing.
[4] Machado, Oliveira and Fernandes (2009). A physiologically-based model for simulation of color
    vision deficiency. IEEE Transactions on Visualization and Computer Graphics 15(6).
"""

from latentcore.figures.code_hues import beyond

COMPONENTS: tuple[str, ...] = (
    "#0090fc",  # blue
    "#c03000",  # vermilion
    "#007860",  # teal
    "#c078a8",  # pink
    "#fc540c",  # orange
    "#7848d8",  # violet
    "#789060",  # olive
    "#a8309c",  # purple
)

CLASS_SYMBOLS: tuple[str, ...] = (
    "circle",
    "triangle-up",
    "square",
    "cross",
    "diamond",
    "star",
    "triangle-down",
    "x",
)
"""Plotly's names of the markers of the classes 0, 1, 2, ..."""

MODELS: dict[str, str] = {
    "gaussian": COMPONENTS[0],
    "dirichlet": COMPONENTS[2],
    "dirichlet-multinomial": COMPONENTS[6],
    "logistic": COMPONENTS[1],
    "forest": COMPONENTS[5],
    "boosting": COMPONENTS[7],
    "lda": COMPONENTS[4],
    "qda": COMPONENTS[3],
    "neighbours": COMPONENTS[6],
    "bayes": "#7d828a",
    "chance": "#7d828a",
}
"""Model -> hue in a plot of results; the limits (Bayes, chance) are drawn in ink."""

SOLVERS: dict[str, str] = {
    "newton": COMPONENTS[0],
    "bound": COMPONENTS[2],
    "gd": COMPONENTS[1],
    "gd raw": COMPONENTS[1],
    "sgd": COMPONENTS[3],
    "cma-es": COMPONENTS[5],
    "notes": "#7d828a",
}
"""Solver of the heads -> hue along its path; gradient ascent has one, its units are a dash."""

CRITERIA: dict[str, tuple[str, str]] = {
    "BIC": (COMPONENTS[0], "circle"),
    "ICL": (COMPONENTS[1], "square"),
    "CV": (COMPONENTS[2], "diamond"),
    "AIC": ("#7d828a", "x"),
}
"""Criterion for the number of components -> hue and symbol of its curve."""

INK = "#7d828a"
"""Lines and labels that belong to no component; over 3 : 1 on both backgrounds."""

GRID = "rgba(125, 130, 138, 0.22)"
"""Grid lines, frames of triangles, anything that should recede."""


def component(k: int) -> str:
    """The hue of component `k` (0, 1, ...) as "#rrggbb"; after eight they repeat."""
    return COMPONENTS[k % len(COMPONENTS)]


def class_symbol(c: int) -> str:
    """Plotly's name of the marker of class `c` (0, 1, ...); after eight they repeat."""
    return CLASS_SYMBOLS[c % len(CLASS_SYMBOLS)]


def code(k: int) -> str:
    """The hue of code `k` (0, 1, ...) of a codebook: the first eight are the components'."""
    return COMPONENTS[k] if k < len(COMPONENTS) else beyond(k)
