"""The component hues can be told apart, also with a colour vision deficiency."""

from itertools import combinations

import numpy as np
import pytest
from plotly import graph_objects as go

from latentcore.figures import palette

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Ottosson (2020): linear RGB -> cones -> OKLab.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
JUST_NOTICEABLE = 0.02


def seen(colour: str, vision: str) -> np.ndarray:
    """ "#rrggbb" -> OKLab (3,) as it looks to that vision."""
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return OKLAB @ np.cbrt(CONES @ np.clip(VISION[vision] @ linear, 0, 1))


def closest(colours: tuple[str, ...], vision: str) -> float:
    places = [seen(colour, vision) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(places, 2))


@pytest.mark.parametrize("vision", VISION)
def test_hues_are_told_apart(vision):
    assert closest(palette.COMPONENTS, vision) > 3.5 * JUST_NOTICEABLE
    assert closest(palette.COMPONENTS[:4], vision) > 5 * JUST_NOTICEABLE


def test_a_hue_belongs_to_a_component_and_repeats_after_eight():
    assert len(set(palette.COMPONENTS)) == len(palette.COMPONENTS) == 8
    assert palette.component(3) == palette.component(11) == palette.COMPONENTS[3]


def test_symbols_are_known_to_plotly_and_distinct():
    assert len(set(palette.CLASS_SYMBOLS)) == len(palette.CLASS_SYMBOLS)
    for c, symbol in enumerate(palette.CLASS_SYMBOLS):
        assert go.Scatter(marker={"symbol": symbol}).marker.symbol == palette.class_symbol(c)


def test_codes_begin_as_the_components_do_and_go_on_without_repeating():
    hues = [palette.code(k) for k in range(128)]
    assert tuple(hues[:8]) == palette.COMPONENTS and len(set(hues)) == 128


def test_neighbouring_codes_differ_and_all_stand_out():
    for k in range(8, 512):
        hue = palette.code(k)
        linear = [int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in linear]
        assert 0.118 < np.dot([0.2126, 0.7152, 0.0722], linear) < 0.292, (k, hue)
        apart = np.linalg.norm(seen(hue, "full") - seen(palette.code(k + 1), "full"))
        assert apart > 4 * JUST_NOTICEABLE, (k, hue)
