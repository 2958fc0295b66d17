"""Shapes: drawn as another program draws them, and the factors are those of the picture."""

import colorsys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from latentcore.data.images import shapes

FINE = 16  # subpixels a side


def corners(kind, centre, size):
    """Corners of a shape, for Pillow's polygons."""
    x, y = centre
    if kind == "square":
        h = size / 2
        return [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]
    if kind == "triangle":
        turns = 2 * np.pi * (np.arange(3) / 3 + 0.75)
        r = np.sqrt(4 / (3 * np.sqrt(3))) * size  # of the circle through the corners
        return [(x + r * np.cos(t), y + r * np.sin(t)) for t in turns]
    w = size / np.sqrt(5) / 2
    plus = [(1, 3), (1, 1), (3, 1), (3, -1), (1, -1), (1, -3)]
    plus += [(-a, -b) for a, b in plus]
    return [(x + w * a, y + w * b) for a, b in plus]


def painted(kind, centre, size, side):
    """Coverage by Pillow, at FINE times the resolution and averaged."""
    image = Image.new("L", (side * FINE, side * FINE))
    pen, scale = ImageDraw.Draw(image), side * FINE
    if kind == "disc":
        r = size / np.sqrt(np.pi)
        box = [centre[0] - r, centre[1] - r, centre[0] + r, centre[1] + r]
        pen.ellipse([scale * v for v in box], fill=255)
    else:
        pen.polygon([(scale * a, scale * b) for a, b in corners(kind, centre, size)], fill=255)
    return np.asarray(image.reduce(FINE)) / 255


@pytest.mark.parametrize("side", [8, 32, 64])
def test_pillow_paints_the_same(side):
    drawn = shapes.draw(40, np.random.default_rng(side), side)
    cover = shapes.coverage(drawn.kind, drawn.centre, drawn.size, side)
    for i, kind in enumerate(drawn.kind):
        other = painted(shapes.KINDS[kind], drawn.centre[i], drawn.size[i], side)
        error = np.abs(cover[i] - other)  # Pillow rounds edges to its own pixels: 1 / FINE
        assert error.mean() < 0.2 / side
        assert error.max() < (0.35 if shapes.KINDS[kind] == "triangle" else 0.15)


def test_area_and_centre_are_as_told():
    drawn = shapes.draw(400, np.random.default_rng(1), 64)
    cover = shapes.coverage(drawn.kind, drawn.centre, drawn.size, 64)
    area = cover.sum((1, 2)) / 64**2
    np.testing.assert_allclose(np.sqrt(area), drawn.size, rtol=0.02)
    at = (np.arange(64) + 0.5) / 64
    middle = np.stack([cover.sum(1) @ at, cover.sum(2) @ at], 1) / cover.sum((1, 2))[:, None]
    np.testing.assert_allclose(middle, drawn.centre, atol=0.15 / 64)


@pytest.mark.parametrize("side", [8, 31, 64])
def test_shapes_lie_wholly_inside(side):
    drawn = shapes.draw(300, np.random.default_rng(2), side)
    for k, centre, size in zip(drawn.kind, drawn.centre, drawn.size, strict=True):
        if shapes.KINDS[k] != "disc":
            places = np.array(corners(shapes.KINDS[k], centre, size))
            assert 0 <= places.min() <= places.max() <= 1
        assert np.abs(centre - 0.5).max() + size / np.sqrt(np.pi) <= 0.5
    assert shapes.SIZES[0] <= drawn.size.min() <= drawn.size.max() <= shapes.SIZES[1]
    assert np.ptp(drawn.centre, axis=0).min() > 0.5


def test_hues_are_those_of_the_standard_library():
    hue = np.linspace(0, 1, 50, endpoint=False)
    expected = [colorsys.hsv_to_rgb(h, 1, 1) for h in hue]
    np.testing.assert_allclose(shapes.colour(hue), expected, atol=1e-12)


def test_colour_and_coverage_make_the_picture():
    drawn = shapes.draw(9, np.random.default_rng(3), 16)
    cover = shapes.coverage(drawn.kind, drawn.centre, drawn.size, 16)
    for i in range(9):
        rgb = np.array(colorsys.hsv_to_rgb(drawn.hue[i], 1, 1))
        expected = 255 * cover[i] * rgb[:, None, None]
        assert np.abs(drawn.images.pixels[i] - expected).max() <= 0.5 + 1e-9


def test_grey_is_the_brightest_channel_of_the_same_draw():
    colour, grey = (shapes.draw(700, np.random.default_rng(4), 9, c).images for c in (3, 1))
    assert grey.shape == (1, 9, 9)
    np.testing.assert_array_equal(grey.pixels[:, 0], colour.pixels.max(1))


def test_factors_are_balanced_and_unrelated():
    drawn = shapes.draw(1001, np.random.default_rng(5), 8)
    assert sorted(np.bincount(drawn.kind)) == [250, 250, 250, 251]
    assert drawn.images.classes == shapes.KINDS
    np.testing.assert_array_equal(np.sort((drawn.hue * 1001).astype(int)), np.arange(1001))
    factors = [drawn.kind, *drawn.centre.T, drawn.size, drawn.hue]
    assert np.abs(np.corrcoef(factors) - np.eye(5)).max() < 0.12  # 4 / sqrt(1001)


def test_the_generator_decides():
    a, b, c = (shapes.draw(20, np.random.default_rng(s)).images.pixels for s in (6, 6, 7))
    assert (a == b).all()
    assert (a != c).any()


@pytest.mark.parametrize("wrong", [(0, 32, 3), (3, 7, 3), (3, 65, 3), (3, 32, 2)])
def test_what_cannot_be_drawn_is_named(wrong):
    n, side, channels = wrong
    with pytest.raises(ValueError, match=f"n = {n}, channels = {channels}, side = {side}"):
        shapes.draw(n, np.random.default_rng(0), side, channels)
