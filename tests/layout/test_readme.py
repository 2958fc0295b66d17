"""Every piece of Python in the README runs as it stands there."""

import re
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]


def blocks(text: str) -> dict[str, list[str]]:
    """The pieces of Python in a Markdown text, by the heading they stand under."""
    found: dict[str, list[str]] = {}
    for section in re.split(r"^#+ ", text, flags=re.MULTILINE):
        heading = section.partition("\n")[0]
        pieces = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        found |= {heading: pieces} if pieces else {}
    return found


BLOCKS = blocks((ROOT / "README.md").read_text())


def run(code: str, notebook: dict[str, object]) -> None:
    """As in the next cell of a notebook."""
    exec(compile(code, "README.md", "exec"), notebook)


def lines(code: str) -> int:
    """Lines that say something."""
    return sum(1 for line in code.splitlines() if line.split("#")[0].strip())


def test_the_readme_has_python():
    assert "In a notebook" in BLOCKS


@pytest.mark.parametrize("heading", BLOCKS)
def test_python_of_the_readme_is_short_runs_and_says_something(heading, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    notebook: dict[str, object] = {"__name__": "__main__"}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small networks: on a busy machine a second thread is waited for
    try:
        for code in BLOCKS[heading]:
            assert lines(code) <= 10
            run(code, notebook)
            assert capsys.readouterr().out.strip()
    finally:
        torch.set_num_threads(threads)


TEXT = """
# A
```python
one = 1
```
```sh
ls
```
## B and C
words
```python
import re

print(one)  # of another heading
```
```python
2
```
# D
"""


def test_blocks_are_found_run_and_counted(capsys):
    found = blocks(TEXT)
    assert list(found) == ["A", "B and C"]
    assert [[lines(code) for code in pieces] for pieces in found.values()] == [[1], [2, 1]]
    with pytest.raises(NameError):
        run(found["B and C"][0], {})
    run(found["A"][0], notebook := {})
    run(found["B and C"][0], notebook)
    assert capsys.readouterr().out == "1\n"
