"""Large text tables: what is held while they are read is a small multiple of the file."""

import json
import subprocess
import sys

import pytest

QUICKLY, CELL_BY_CELL = 8, 10  # times the file's size; the numbers alone take four, and stay
READS = """
import json, resource, sys
from latentcore.data.tables import read, reading

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def file(rows):
    header = delimiter.join([corner, *(f"{across}{j}" for j in range(width)), *about])
    first = delimiter.join([*(str(j % 9 + 1) for j in range(width)), *taxon])
    rest = delimiter.join([*[cell] * width, *taxon])
    body = (f"{down}{i}{delimiter}{rest if i else first}\\n" for i in range(rows))
    return "".join([above, header, "\\n", *body]).encode()

rows, width, delimiter, cell, qiime, quickly = json.loads(sys.argv[1])
if not quickly:
    reading.LARGE = 10**12
above, corner, down, across = "", "id", "s", "g__T"
about = taxon = ()
if qiime:
    above, corner, down, across = "# Constructed from biom file\\n", "#OTU ID", "OTU", "s"
    about, taxon = ("taxonomy",), ("k__A; p__B",)
read("t.csv", file(40))  # libraries are loaded
raw, before = file(rows), peak()
table = read("t.csv", raw)
assert table.values.shape == ((width, rows) if qiime else (rows, width)), table.values.shape
print((peak() - before) / len(raw))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ru_maxrss has another unit")
@pytest.mark.parametrize(
    "shape",
    [
        (2000, 5000, ",", "1", False, True),
        (400, 25_000, ",", "1", False, True),
        (5000, 2000, "\t", "1", True, True),
        (1000, 3000, ";", "0,25", False, True),
        (1000, 5000, ",", "1", False, False),
    ],
    ids=[
        "one digit a cell",
        "more taxa than samples",
        "of QIIME",
        "decimal commas",
        "cell by cell",
    ],
)
def test_little_more_than_the_numbers_is_held(root, shape):
    command = [sys.executable, "-c", READS, json.dumps(shape)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert float(done.stdout) < (QUICKLY if shape[-1] else CELL_BY_CELL)
