"""A hue for every code of a codebook, however many there are.

The first eight are the components'.  After them the hue goes on by the golden angle, so that codes
of neighbouring numbers differ most, in OKLCH [1], with three luminances in turn.  Every one of them
keeps a contrast of 3 : 1 against the light and the dark page, as the components' do.

[1] Ottosson (2020). A perceptual color space for image processing.
"""

from functools import cache
from math import cos, radians, sin

GOLDEN = 137.50776405
LUMINANCES = (0.15, 0.27, 0.20)
CHROMA = 0.14


@cache
def beyond(k: int) -> str:
    """The hue of code k >= 8 as "#rrggbb"."""
    angle = radians(20 + GOLDEN * k)
    target, (low, high) = LUMINANCES[k % 3], (0.0, 1.0)
    for _ in range(24):
        lightness = (low + high) / 2
        found = _linear(lightness, CHROMA * cos(angle), CHROMA * sin(angle))
        below = 0.2126 * found[0] + 0.7152 * found[1] + 0.0722 * found[2] < target
        low, high = (lightness, high) if below else (low, lightness)
    return "#" + "".join(f"{round(255 * _gamma(part)):02x}" for part in found)


def _linear(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """OKLab to linear sRGB, cut to what a screen can show."""
    cones = [
        (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    ]
    rows = (
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.7076147010),
    )
    red, green, blue = (
        min(max(sum(w * c for w, c in zip(row, cones, strict=True)), 0.0), 1.0) for row in rows
    )
    return red, green, blue


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
