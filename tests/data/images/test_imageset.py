"""Sets of images: what they must satisfy, how they are split, and the digits."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from latentcore.data.images import ImageSet, digits, split
from tests.data.images.files import noise

GOOD = {"pixels": noise(6, 3, 4, 5), "y": np.array([0, 1, 0, 1, 2, 2]), "classes": ("a", "b", "c")}


def test_a_set_knows_its_shape():
    images = ImageSet(**GOOD)
    assert (len(images), images.shape) == (6, (3, 4, 5))
    some = images.rows(np.array([4, 1]))
    np.testing.assert_array_equal(some.pixels, GOOD["pixels"][[4, 1]])
    assert some.y.tolist() == [2, 1]
    assert some.classes == images.classes


def test_brightness_runs_from_0_to_1():
    levels = np.arange(17, dtype=np.uint8).reshape(1, 1, 1, 17)
    scaled = ImageSet(levels, 17).scaled()
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.ravel(), np.linspace(0, 1, 17), atol=1e-7)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pixels": noise(6, 4, 5)}, r"got uint8 \(6, 4, 5\)"),
        ({"pixels": noise(6, 2, 4, 5)}, "1 or 3"),
        ({"pixels": noise(0, 1, 4, 5)}, "none of them 0"),
        ({"pixels": noise(6, 1, 4, 5).astype(float)}, "got float64"),
        ({"levels": 1}, "2 to 256 levels"),
        ({"levels": 257}, "2 to 256 levels"),
        ({"levels": 16}, "with 16 levels"),
        ({"y": np.zeros(5, int)}, "one class number an image"),
        ({"y": np.zeros(6)}, "got float64"),
        ({"y": np.arange(6)}, "3 are named"),
        ({"y": np.full(6, -1)}, "classes -1 to -1"),
        ({"y": None}, "no labels"),
    ],
)
def test_what_breaks_a_set_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        ImageSet(**(GOOD | change))


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5, 0.77])
def test_a_split_takes_the_share_of_every_class(share):
    images = digits.load()
    train, test = split(images, share, seed=3)
    assert len(train) + len(test) == len(images)
    assert abs(len(test) - share * len(images)) <= 1
    wanted = share * np.bincount(images.y)
    assert np.abs(np.bincount(test.y) - wanted).max() <= 1
    both = np.concatenate([train.pixels, test.pixels]).reshape(len(images), -1)
    whole = images.pixels.reshape(len(images), -1)
    np.testing.assert_array_equal(both[np.lexsort(both.T)], whole[np.lexsort(whole.T)])


def test_a_split_follows_its_seed_and_does_not_need_labels():
    images = ImageSet(np.arange(50, dtype=np.uint8).reshape(50, 1, 1, 1))
    tests = [split(images, 0.3, seed)[1].pixels.ravel().tolist() for seed in (0, 0, 1)]
    assert tests[0] == tests[1] != tests[2]
    assert len(set(tests[0])) == 15
    assert tests[0] == sorted(tests[0])  # both sides keep the order of the whole
    drawn = np.concatenate([split(images, 0.3, s)[1].pixels.ravel() for s in range(400)])
    assert np.abs(np.bincount(drawn, minlength=50) - 120).max() < 5 * np.sqrt(400 * 0.3 * 0.7)
    for share in (0.0, 0.001, 1.0):
        with pytest.raises(ValueError, match="one side empty"):
            split(images, share)


def test_the_digits_are_scikit_learns():
    images, source = digits.load(), load_digits()
    assert (len(images), images.shape, images.levels) == (1797, (1, 8, 8), 17)
    np.testing.assert_array_equal(images.pixels[:, 0], source.images)
    np.testing.assert_array_equal(images.y, source.target)
    assert images.classes == tuple("0123456789")
