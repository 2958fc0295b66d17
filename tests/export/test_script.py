"""The script that repeats an analysis: run by another process, it gives the same numbers."""

import ast
import hashlib
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.data.tables import Choices, read
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.resampling import resamples
from latentcore.evaluation.community.settings import Settings
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.evaluation.scores import AUC
from latentcore.evaluation.summary import summarise
from latentcore.export.model import dumps, loads
from latentcore.export.script import Analysis, Origin, script
from tests.evaluation.community.made import CLASSES, RECIPE, TAXA, community

HOSTILE = ["'; import os; '", '""" + x + """', "{braces} %s", "\u202eevil", "a\nb", "\\", "é" * 50]
MODELS = ("Logistic regression, CLR", "Gaussian mixture")


def table_file(names=TAXA, label="state", classes=CLASSES):
    counts, y, _ = community(60)
    rows = [",".join(["id", *(f'"{n}"' for n in names), f'"{label}"', "subject"])]
    for i, (row, c) in enumerate(zip(counts.astype(int), y, strict=True)):
        rows.append(",".join([f"s{i}", *map(str, row), f'"{classes[c]}"', f"p{i // 2}"]))
    return ("\n".join(rows) + "\n").encode()


def analysed(raw, settings, **more):
    origin = Origin(None, ("my table.csv",), (hashlib.sha256(raw).hexdigest(),))
    return Analysis(origin, Choices(label="state"), "state", CLASSES, (), "subject", settings, 2,
                    MODELS, (1, 2), 3, 1, 2, 4, **more)  # fmt: skip


def run(folder, program, *arguments):
    (folder / "analysis.py").write_text(program)
    return subprocess.run(
        [sys.executable, "analysis.py", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(__import__("pathlib").Path(__file__).parents[2]), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("family", ["gaussian", "dirichlet-multinomial"])
def test_another_process_gives_the_same_numbers(tmp_path, family):
    raw = table_file()
    (tmp_path / "my table.csv").write_bytes(raw)
    settings = Settings(family, 2, "diag", 10.0, 3, 4, replace(RECIPE, delta=1e-4))
    analysis = analysed(raw, settings)
    done = run(tmp_path, script(analysis))
    assert done.returncode == 0, done.stderr
    table = read("my table.csv", raw, analysis.choices)
    rows, y = table.rows_of("state", CLASSES)
    values = table.values[rows]
    groups = np.unique(np.array(table.metadata["subject"])[rows], return_inverse=True)[1]
    fitted = fit_table(settings, values, table.taxa, y, CLASSES)
    again = [r.rand for r in resamples(fitted, values, y, groups, range(2))]
    models = candidates(MODELS, Setting(settings.recipe, (1, 2), penalty=10.0, starts=2, seed=4,
                                        counts=True))  # fmt: skip
    folds = cross_validate({c.name: c.model for c in models},
                           Labelled(values, y, classes=CLASSES), 3, 1, 4, groups)  # fmt: skip
    numbers = json.loads((tmp_path / "analysis.json").read_text())
    assert numbers["log_likelihood"] == pytest.approx(
        fitted.ended.criteria.log_likelihood, rel=1e-12
    )
    assert numbers["bic"] == pytest.approx(fitted.ended.criteria.bic, rel=1e-12)
    assert numbers["weights"] == pytest.approx(fitted.mixture.weight.tolist(), rel=1e-12)
    assert numbers["rand"] == pytest.approx(again, rel=1e-12)
    summaries = summarise(models, folds)
    assert set(numbers["scores"]) == {s.name for s in summaries}
    for s in summaries:
        assert numbers["scores"][s.name]["AUC"] == pytest.approx(s.of(AUC).mean, rel=1e-12)
    assert dumps(loads((tmp_path / "model.json").read_text())) == dumps(fitted)
    assert "AUC" in done.stdout and "adjusted Rand" in done.stdout


def test_another_file_is_refused(tmp_path):
    raw = table_file()
    (tmp_path / "other.csv").write_bytes(raw + b"\n")
    done = run(tmp_path, script(analysed(raw, Settings(recipe=RECIPE))), "other.csv")
    assert done.returncode == 1
    assert "is not the file that was analysed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_inside_their_quotes(name):
    origin = Origin(None, (name,), (name,), column=name)
    analysis = Analysis(origin, Choices(label=name, sheet=name), name, (name, "b"), (name,), name,
                        Settings(recipe=Recipe(rank=name)), 1)  # fmt: skip
    program = script(analysis)
    assert program.isascii()
    tree = ast.parse(program)
    values = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert ast.literal_eval(values["LABEL"]) == name
    assert ast.literal_eval(values["CLASSES"]) == (name, "b")
    assert ast.literal_eval(values["FILES"]) == (name,)
    assert ast.literal_eval(values["MERGED"]) == (name,)
    innocent = script(
        replace(
            analysis,
            origin=Origin(None, ("a",), ("a",), column="a"),
            label="a",
            classes=("a", "b"),
            merged=("a",),
            subject="a",
            choices=Choices(label="a", sheet="a"),
            settings=Settings(recipe=Recipe(rank="a")),
        )
    )
    assert [type(n) for n in ast.walk(tree)] == [type(n) for n in ast.walk(ast.parse(innocent))]


def test_a_study_is_loaded_by_name():
    program = script(
        Analysis(Origin("ZhuF_2020"), Choices(), "a", ("b", "c"), (), None, Settings(), 0)
    )
    ast.parse(program)
    assert "table = load('ZhuF_2020')" in program and "sys.argv" not in program
