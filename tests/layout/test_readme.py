"""Every piece of Python in the README runs as it stands there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def blocks(text: str) -> dict[str, str]:
    """The Python of a Markdown text, by its heading and its number under that heading."""
    found: dict[str, str] = {}
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE):
        heading = section.partition("\n")[0]
        pieces = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        found |= {f"{heading} {i}": code for i, code in enumerate(pieces, 1)}
    return found


BLOCKS = blocks((ROOT / "README.md").read_text())


def run(code: str) -> None:
    """As in a fresh notebook, in the folder of the repository."""
    exec(compile(code, "README.md", "exec"), {"__name__": "__main__"})


def lines(code: str) -> int:
    """Lines that say something."""
    return sum(1 for line in code.splitlines() if line.split("#")[0].strip())


def trains(code: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "latentcore.training"
        for node in ast.walk(ast.parse(code))
    )


def test_the_readme_has_python():
    assert BLOCKS.keys() >= {"In a notebook 1"}


@pytest.mark.parametrize("block", BLOCKS)
def test_python_of_the_readme_is_short_runs_and_says_something(block, monkeypatch, capsys):
    assert not trains(BLOCKS[block]) or lines(BLOCKS[block]) <= 10
    monkeypatch.chdir(ROOT)
    run(BLOCKS[block])
    assert capsys.readouterr().out.strip()


TEXT = """
# A
```python
1 / 0
```
```sh
ls
```
## B and C
words
```python
from latentcore.training import train

print(1)  # one
```
```python
2
```
"""


def test_blocks_are_found_run_and_counted():
    found = blocks(TEXT)
    assert list(found) == ["A 1", "B and C 1", "B and C 2"]
    assert [lines(code) for code in found.values()] == [1, 2, 1]
    assert [trains(code) for code in found.values()] == [False, True, False]
    with pytest.raises(ZeroDivisionError):
        run(found["A 1"])
