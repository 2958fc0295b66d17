"""Images in rows: every pixel where it belongs, nothing between."""

import numpy as np
import pytest

from latentcore.figures.tiles import tiles

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("channels", "n", "columns"), [(1, 5, 3), (3, 4, 4), (1, 1, 7)])
def test_every_image_is_found_again(channels, n, columns):
    images = RNG.integers(0, 256, (n, channels, 8, 6)).astype(np.uint8)
    sheet = tiles(images, columns, side=24, gap=2)
    assert sheet.shape == (-(-n // columns) * 26 - 2, columns * 20 - 2, 4)
    for i, image in enumerate(images):
        y, x = 26 * (i // columns), 20 * (i % columns)
        seen = sheet[y : y + 24 : 3, x : x + 18 : 3]
        np.testing.assert_array_equal(
            seen[..., :3].transpose(2, 0, 1), np.broadcast_to(image, (3, 8, 6))
        )
        assert (seen[..., 3] == 255).all()
    assert (sheet[..., 3] == 255).sum() == n * 24 * 18, "the rest is transparent"


def test_large_images_keep_their_size():
    assert tiles(np.zeros((1, 1, 100, 80), np.uint8), 1, side=64).shape == (100, 80, 4)


@pytest.mark.parametrize("shape", [(8, 8), (0, 1, 8, 8), (2, 2, 8, 8)])
def test_other_shapes_are_named(shape):
    with pytest.raises(ValueError, match="1 or 3, H, W"):
        tiles(np.zeros(shape, np.uint8), 2)
