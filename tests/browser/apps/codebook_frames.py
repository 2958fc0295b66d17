"""Eight pictures of a codebook that comes alive; every plane but the first is turned or flipped."""

import numpy as np

CODES, POINTS = 24, 120


def frame(t, rng):
    alive = 4 + 2 * t
    counts = np.where(np.arange(CODES) < alive, rng.integers(5, 60, CODES), 0).astype(np.int32)
    angle = 0.8 * t
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if t % 2:
        turn[1] *= -1
    cloud = np.random.default_rng(0).normal(size=(POINTS, 2)) * [3, 1] + 0.02 * t
    index = rng.integers(alive, size=(12, 4, 4))
    brightness = np.random.default_rng(1).integers(256, size=(12, 1, 8, 8))
    return 25 * t, {
        "counts": counts, "share": np.full(CODES, 1 / CODES), "step": np.array(25 * t),
        "moved": np.where(np.arange(CODES) == alive - 1, 25 * t, 0),
        "passing": np.array(t == 0), "place": cloud[:CODES] @ turn.T, "encoded": cloud @ turn.T,
        "owner": np.arange(POINTS) % alive, "explained": np.array([0.9, 0.1]),
        "error": np.array(0.1 / (t + 1)), "index": index, "x": brightness.astype(np.uint8),
        "reconstruction": (brightness * (t / 8)).astype(np.uint8),
        "decoded": rng.integers(256, size=(CODES, 1, 6, 6)).astype(np.uint8),
        "used": rng.integers(9, size=(CODES, 4, 4)),
    }  # fmt: skip


RNG = np.random.default_rng(2)
FRAMES = [frame(t, RNG) for t in range(8)]
