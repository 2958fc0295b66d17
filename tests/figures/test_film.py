import json
from dataclasses import replace

import numpy as np
import pytest

from latentcore.figures.film import Film, pack
from latentcore.figures.palette import component

KINDS = {"f8": "<f8", "f4": "<f4", "u1": "u1"}


def gaussian(n=2000, steps=61, components=5, classes=2) -> Film:
    rng = np.random.default_rng(0)
    shape = (steps, components)
    return Film(
        family="gaussian",
        x=rng.normal(size=(n, 2)) + 1e4,
        y=rng.integers(classes, size=n),
        classes=tuple(f"class {c}" for c in range(classes)),
        plane=np.eye(2),
        plane_names=("x1", "x2"),
        corner_names=(),
        weight=np.full(shape, 1 / components),
        centre=rng.normal(size=(*shape, 2)),
        shape=np.tile([[2.0, 0.5], [0.5, 1.0]], (*shape, 1, 1)),
        intercept=rng.normal(size=(*shape, classes - 1)),
        slope=rng.normal(size=(*shape, classes - 1, 2)),
        log_likelihood=np.linspace(-9, -3, steps),
        objective=np.linspace(-9.5, -3.5, steps),
        events=((3, "Component 2 was reseeded."),),
        uses_labels=True,
    )


def dirichlet(parts=3, n=2000, steps=61, components=5) -> Film:
    rng = np.random.default_rng(0)
    base = gaussian(n, steps, components)
    return replace(
        base,
        family="dirichlet",
        x=rng.dirichlet(np.ones(parts), size=n),
        plane=rng.normal(size=(parts, 2)),
        plane_names=("", ""),
        corner_names=tuple(f"taxon {j}" for j in range(parts)),
        centre=np.zeros((steps, components, parts)),
        shape=rng.uniform(0.5, 9, size=(steps, components, parts)),
        slope=rng.normal(size=(steps, components, 1, parts)),
    )


def unpack(blob: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    assert blob[:4] == b"EMF1"
    size = int.from_bytes(blob[4:8], "little")
    header, body = json.loads(blob[8 : 8 + size]), blob[8 + size :]
    arrays = {}
    for name, kind, length, offset in header["arrays"]:
        assert (8 + size + offset) % np.dtype(KINDS[kind]).itemsize == 0, "arrays start aligned"
        arrays[name] = np.frombuffer(body, KINDS[kind], length, offset)
    return header, arrays


@pytest.mark.parametrize("film", [gaussian(), gaussian(classes=4, components=4), dirichlet()])
def test_a_whole_film_is_at_most_60_kilobytes(film):
    assert len(pack(film)) <= 60_000


def test_the_blob_holds_the_film():
    film = gaussian()
    header, arrays = unpack(pack(film, height=400))
    assert (header["N"], header["D"], header["K"], header["C"], header["T"]) == (2000, 2, 5, 2, 61)
    assert header["hues"] == [component(k) for k in range(5)]
    assert header["events"] == [[3, "Component 2 was reseeded."]] and header["height"] == 400
    np.testing.assert_array_equal(arrays["slope"], film.slope.ravel())
    np.testing.assert_array_equal(arrays["y"], film.y)
    covariance = arrays["shape"].reshape(61, 5, 3)
    np.testing.assert_array_equal(covariance[7, 2], [2.0, 0.5, 1.0])
    x = arrays["x"].reshape(-1, 2) + arrays["origin"]
    np.testing.assert_allclose(x, film.x, atol=1e-6)  # far from 0, and nothing is lost


def test_a_film_without_labels_or_heads():
    film = replace(gaussian(), y=None, classes=(), intercept=None, slope=None, uses_labels=False)
    header, arrays = unpack(pack(film))
    assert header["C"] == 1 and not {"y", "intercept", "slope"} & set(arrays)


def test_the_smallest_parts_stay_positive():
    film = dirichlet(n=3)
    x = film.x.copy()
    x[0] = [1e-60, 0.5, 0.5]
    _, arrays = unpack(pack(replace(film, x=x)))
    assert arrays["x"].min() > 0


def broken(film: Film, name: str) -> np.ndarray:
    array = np.array(getattr(film, name), dtype=float)
    array.flat[0] = np.nan
    return array


@pytest.mark.parametrize(
    ("film", "change", "says"),
    [
        (gaussian(9, 4), {"x": np.zeros(9)}, r"x must have shape \(N, D\).*\(9,\)"),
        (gaussian(9, 4), {"x": np.zeros((9, 3)), "plane": np.ones((3, 2))}, "needs D = 2.*D = 3"),
        (gaussian(9, 4), {"plane": np.eye(3)}, r"plane must have shape \(D, 2\) = \(2, 2\)"),
        (gaussian(9, 4), {"y": np.zeros(8, int)}, r"y must have shape \(N,\) = \(9,\), got \(8,\)"),
        (gaussian(9, 4), {"y": np.full(9, 2)}, r"y must lie in 0\.\.1"),
        (gaussian(9, 4), {"weight": np.ones(4)}, r"weight must have shape \(T, K\)"),
        (gaussian(9, 4), {"centre": np.zeros((4, 5, 3))}, r"centre.*\(T, K, D\) = \(4, 5, 2\)"),
        (gaussian(9, 4), {"shape": np.zeros((4, 5, 2))}, r"shape.*\(T, K, D, D\)"),
        (gaussian(9, 4), {"shape": np.zeros((4, 5, 2, 2))}, "step 0, component 0.*positive def"),
        (gaussian(9, 4), {"slope": np.zeros((4, 5, 2))}, r"slope.*\(T, K, C-1, D\)"),
        (gaussian(9, 4), {"slope": None}, "both intercept and slope"),
        (gaussian(9, 4), {"objective": np.zeros(3)}, r"objective.*\(4,\), got \(3,\)"),
        (gaussian(9, 4), {"centre": broken(gaussian(9, 4), "centre")}, "centre holds NaN"),
        (gaussian(9, 4), {"y": None}, "uses_labels needs y"),
        (gaussian(9, 4), {"y": None, "classes": ()}, "name the classes"),
        (dirichlet(3, 9, 4), {"x": np.eye(3)[[0] * 9]}, "row 0 of x is not a composition"),
        (dirichlet(3, 9, 4), {"corner_names": ("a",)}, "corner_names must hold D = 3, got 1"),
        (dirichlet(3, 9, 4), {"shape": -np.ones((4, 5, 3))}, "step 0, component 0: concentration"),
    ],
)
def test_errors_name_what_is_wrong(film, change, says):
    with pytest.raises(ValueError, match=says):
        replace(film, **change)
