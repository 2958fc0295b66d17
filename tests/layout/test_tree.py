"""What lies in the repository: names at the top, requirements, commands, no machine's paths."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    ".ci",
    ".gitignore",
    ".streamlit",
    "README.md",
    "app.py",
    "latentcore",
    "pages",
    "pyproject.toml",
    "requirements.txt",
    "tests",
}
DISTRIBUTION = {
    "PIL": "pillow",
    "biom": "biom-format",
    "google": "protobuf",
    "importlinter": "import-linter",
    "sklearn": "scikit-learn",
    "vector_quantize_pytorch": "vector-quantize-pytorch",
}
MACHINE = re.compile(r"(?<![\w.:])(?:/(?:home|root|Users|work|opt|mnt|tmp)/|[A-Z]:\\)")


def files() -> list[Path]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def requirements(path: Path) -> dict[str, str]:
    """Distribution -> its version specifier."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    found = {}
    for line in filter(None, lines):
        if not line.startswith("-r "):
            name, whole = re.match(r"([\w.-]+)(\[[\w,.-]+\])?", line).group(1, 0)
            found[name] = line[len(whole) :]
    return found


def imported(folder: str) -> set[str]:
    """Distributions that the Python files of the folder import, wherever in the file."""
    found = set()
    for path in ROOT.glob(folder):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    own = {"latentcore", "pages", "tests"} | {path.stem for path in ROOT.glob("tests/**/*.py")}
    own |= set(sys.stdlib_module_names)
    return {DISTRIBUTION.get(name, name) for name in found - own}


def command(title: str) -> str:
    """The one command under a heading of the README."""
    text = (ROOT / "README.md").read_text()
    section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"README, {title}: one block of sh, found {len(blocks)}"
    assert len(blocks[0].splitlines()) == 1, f"README, {title}: one command on one line"
    return blocks[0].strip()


def test_the_top_level_holds_only_the_known_names():
    assert {path.relative_to(ROOT).parts[0] for path in files()} <= TOP


def test_no_file_names_a_path_of_one_machine():
    wrong = []
    for path in files():
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        wrong += [
            f"{path.name}:{n}: {line}" for n, line in enumerate(lines, 1) if MACHINE.search(line)
        ]
    assert not wrong


@pytest.mark.parametrize("text", ["open('{}home/me/a')", "cd {}work/a", "C:{}", "({}tmp/a"])
def test_a_path_of_one_machine_is_seen(text):
    # the slash is put in here, so that this file names no such path itself
    assert MACHINE.search(text.format("\\" if text == "C:{}" else "/"))


@pytest.mark.parametrize("text", ["https://a.org/home/b", "a/tmp/b", "#!/usr/bin/env bash"])
def test_other_slashes_are_not_paths_of_a_machine(text):
    assert not MACHINE.search(text)


def test_requirements_are_ranges_and_torch_is_exact():
    app = requirements(ROOT / "requirements.txt")
    assert re.fullmatch(r"==\d+\.\d+\.\d+", app.pop("torch"))
    for name, versions in (app | requirements(ROOT / "tests/requirements.txt")).items():
        assert re.fullmatch(r">=[\d.]+,<[\d.]+", versions), f"{name}{versions}: give a range"


def test_the_requirements_of_the_tests_contain_those_of_the_app():
    assert (ROOT / "tests/requirements.txt").read_text().count("-r ../requirements.txt\n") == 1


def test_everything_imported_is_required():
    app = requirements(ROOT / "requirements.txt").keys()
    tests = app | requirements(ROOT / "tests/requirements.txt").keys()
    assert imported("app.py") | imported("pages/**/*.py") | imported("latentcore/**/*.py") <= app
    assert imported("tests/**/*.py") <= tests


def test_the_build_runs_the_command_of_the_readme():
    build = (ROOT / ".ci/run").read_text()
    assert re.findall(r"^readme_test='(.*)'$", build, re.MULTILINE) == [command("Test")]


def test_the_commands_of_the_readme_use_files_that_exist():
    for title in ("Run", "Test"):
        for name in re.findall(r"[\w/]+\.(?:txt|py)\b", command(title)):
            assert (ROOT / name).is_file(), name
