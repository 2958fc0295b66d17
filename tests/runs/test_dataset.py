"""What sources give: shapes, ranges, the same fifth held out every time, nothing lost."""

import io

import numpy as np
import pytest

from latentcore.data.images import digits
from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table
from latentcore.runs import parts
from latentcore.runs.dataset import load
from latentcore.runs.sources import IMAGES, PARTS, Codes, Digits, Images, Levels, Parts, Shapes


def nothing(name: str) -> bytes:
    raise AssertionError(f"nothing was uploaded, and {name} was asked for")


@pytest.fixture
def table() -> Table:
    rng = np.random.default_rng(0)
    values = rng.negative_binomial(1, 0.02, (60, 20)).astype(float)
    values[:, 0] += 1
    marks = tuple(rng.permutation(["ill", "well", ""] * 20))
    return Table(
        values,
        tuple(f"s{i}" for i in range(60)),
        tuple(f"t{j}" for j in range(20)),
        "counts",
        {"state": marks},
    )


def test_digits_are_split_by_class_and_the_same_every_time():
    first, second = load(Digits(), nothing), load(Digits(), nothing)
    np.testing.assert_array_equal(first.test, second.test)
    assert len(first.x) + len(first.test) == 1797
    assert first.shape == (1, 8, 8) and 0 <= first.x.min() < first.x.max() == 1
    share = np.bincount(first.y_test) / np.bincount(digits.load().y)
    assert np.all(np.abs(share - 0.2) < 0.01)


@pytest.mark.parametrize("levels", [2, 17, 256])
def test_levels_are_whole_numbers(levels):
    data = load(Shapes(60, 8, 1), nothing, levels)
    assert data.x.dtype == np.int64 and data.x.min() >= 0 and data.x.max() == levels - 1


def test_pixels_as_codes_have_one_channel():
    data = load(Levels(Shapes(60, 8, 3), 5), nothing)
    assert data.x.shape[1:] == (8, 8) and set(np.unique(data.x)) <= set(range(5))


def test_uploaded_images_are_read_from_the_attachment():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 10, 9), np.uint8)
    file = io.BytesIO()
    np.save(file, pixels)
    data = load(Images("mine.npy"), {IMAGES: file.getvalue()}.__getitem__)
    assert len(data.x) + len(data.test) == 30
    assert data.shape == (1, 10, 9)


def test_counts_stay_counts_and_nothing_is_lost(table):
    made = parts.prepare(table, "state", Recipe(0.5, 5))
    rows = [i for i, mark in enumerate(table.metadata["state"]) if mark]
    assert made.counts and made.names[-1] == "other" and len(made.names) == 6
    np.testing.assert_array_equal(made.values.sum(1), table.values[rows].sum(1))


def test_proportions_are_positive_and_sum_to_one(table):
    shares = Table(
        table.values / table.values.sum(1, keepdims=True),
        table.sample_ids, table.taxa, "proportions",
    )  # fmt: skip
    made = parts.prepare(shares, None, Recipe(0.1, 8))
    assert not made.counts and made.values.min() > 0 and made.y is None
    np.testing.assert_allclose(made.values.sum(1), 1, atol=1e-6)


def test_a_prepared_table_survives_its_bytes(table):
    made = parts.prepare(table, "state", Recipe(0.1, 5))
    data = load(Parts("mine"), {PARTS: parts.pack(made)}.__getitem__)
    assert data.names == made.names and data.classes == made.classes
    whole = np.vstack([data.x, data.test])
    np.testing.assert_array_equal(np.sort(whole, axis=0), np.sort(made.values, axis=0))
    assert np.bincount(data.y_test).min() >= 3


@pytest.mark.parametrize("raw", [b"", b"PK\3\4 but no archive", b"\x93NUMPY"])
def test_damaged_bytes_are_a_sentence(raw):
    with pytest.raises(ValueError, match="damaged"):
        parts.unpack(raw)


def test_objects_are_never_unpickled():
    file = io.BytesIO()
    np.savez(file, values=np.array([{}], dtype=object), names=np.array(["a"]))
    with pytest.raises(ValueError):
        parts.unpack(file.getvalue())


def test_codes_are_a_workers_business():
    with pytest.raises(TypeError, match="worker"):
        load(Codes("abc"), nothing)


def test_too_few_samples_are_refused(table):
    short = Table(table.values[:4], table.sample_ids[:4], table.taxa, "counts")
    with pytest.raises(ValueError, match="ten at least"):
        parts.prepare(short, None, Recipe(0.1, 5))
