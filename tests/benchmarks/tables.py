"""Reading large text tables beside pandas' bare parse: `python -m tests.benchmarks.tables`.

A ratio of 0.4 says that a table, checked and described, takes 2.5 times what pandas takes to make
columns of numbers of the same bytes.
"""

import io

import numpy as np
import pandas as pd

from latentcore.data.tables import read
from tests.benchmarks.timing import compare, report

SHAPES = {
    "100 MB, 5,000 x 5,000": (5000, 5000, 100_000),
    "one digit a cell, 3,000 x 3,500": (3000, 3500, 10),
    "more taxa than samples, 500 x 21,000": (500, 21_000, 1000),
    "many samples, 50,000 x 100": (50_000, 100, 1000),
}


def drawn(n: int, p: int, below: int) -> bytes:
    """Counts of n samples and p taxa as CSV, most of them small."""
    rng = np.random.default_rng(n)
    values = rng.integers(below, size=(n, p)) * (rng.random((n, p)) < 0.6)
    header = ",".join(["id", *(f"g__T{j}" for j in range(p))])
    rows = (f"s{i}," + ",".join(map(str, row)) for i, row in enumerate(values.tolist()))
    return "\n".join([header, *rows]).encode()


def main() -> None:
    """Print the ratios."""
    timings = {}
    for name, shape in SHAPES.items():
        raw = drawn(*shape)
        timings[name] = compare(
            lambda raw=raw: read("t.csv", raw),
            lambda raw=raw: pd.read_csv(io.BytesIO(raw)),
            repeats=3,
            warmup=0,
        )
    report(timings)


if __name__ == "__main__":
    main()
