"""The lower half of the page "Your table": fit, apply, take away; and what forgetting removes."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from latentcore.data.tables import Choices, read
from latentcore.evaluation.community.fitting import fit_table
from latentcore.export.model import dumps, loads
from pages.ui import taking
from tests.pages.test_microbiota import calm, compared, opened, said, uploaded

LINK = {"fitk": "2", "again": "10", "top": "20"}
NAMES = ("g__A", "g__B", "g__C", "g__D", "g__E")


def csv(n=40, names=NAMES, label="label", seed=0):
    """n samples; the first taxon tells the label."""
    rng = np.random.default_rng(seed)
    lines = [f"id,{','.join(names)},{label}"]
    for i in range(n):
        counts = rng.poisson([5 + 40 * (i % 2), 20, 10, 6, 30 * (i % 4 > 1) + 2])[: len(names)]
        lines.append(f"marked{i},{','.join(map(str, counts))},{'sick' if i % 2 else 'well'}")
    return "\n".join(lines) + "\n"


def fitted(app):
    return calm(app.button(key="fit").click().run())


@pytest.fixture
def taken(monkeypatch):
    """What the buttons would hand over, by file name."""
    files = {}

    def kept(_title, name, _kind, made):
        found = made()
        files[name] = found.encode() if isinstance(found, str) else found

    monkeypatch.setattr(taking, "_button", kept)
    return files


def test_a_study_is_fitted_resampled_and_taken_away(taken):
    app = opened(**LINK, mixture="Gaussian")
    assert "nothing to take away yet" in said(app)
    fitted(app)
    text = said(app)
    assert "Gaussian on log-ratios mixture, diagonal, K = 2: EM converged" in text
    assert "Over 10 resampled tables the adjusted Rand index" in text
    assert app.button(key="fit").label == "Fitted"
    assert app.button(key="fit").disabled
    assert set(taken) == {
        "report.html", "analysis.py", "model.json", "figures.zip", "prepared.csv",
        "parameters.csv", "responsibilities.csv",
    }  # fmt: skip
    model = loads(taken["model.json"])
    assert model.settings.family == "gaussian" and len(model.parts) == 21
    with zipfile.ZipFile(io.BytesIO(taken["figures.zip"])) as folder:
        assert {"aitchison.html", "contrasts.html", "stability.html"} < set(folder.namelist())
    assert b"load('ZhuF_2020')" in taken["analysis.py"]


def test_counts_have_a_family_of_their_own_and_are_compared():
    app = uploaded(csv(), **LINK)
    fitted(app)
    assert "Dirichlet-multinomial mixture, K = 2: EM converged" in said(app)
    calm(app.button(key="compare").click().run())
    models = set(app.table[0].value["Model"])
    assert "Dirichlet-multinomial mixture, K\u00a0=\u00a01" in models


def test_the_model_on_the_page_is_the_one_the_library_fits(taken):
    app = uploaded(csv(), **LINK, mixture="Dirichlet")
    fitted(app)
    found = loads(taken["model.json"])
    table = read("t.csv", csv().encode(), Choices())
    rows, y = table.rows_of("label", found.classes)
    again = fit_table(found.settings, table.values[rows], table.taxa, y, found.classes)
    assert json.loads(dumps(again)) == json.loads(taken["model.json"])


def test_the_script_of_the_page_gives_the_numbers_of_the_page(taken, tmp_path):
    """With metadata in a file of their own; another process, and nothing but the library."""
    table = "\n".join(line.rsplit(",", 1)[0] for line in csv(60).splitlines()) + "\n"
    about = "id,state,person\n" + "".join(
        f"marked{i},{('sick', 'well', 'unwell')[0 if i % 2 else 1 + (i % 8 == 0)]},p{i // 2}\n"
        for i in range(60)
    )
    app = opened(**{"from": "My file"}, **LINK, mixture="Gaussian")
    app.file_uploader[0].set_value(("my table.csv", table.encode(), "text/csv"))
    app.file_uploader[1].set_value(("about.csv", about.encode(), "text/csv"))
    calm(app.run())
    subject = next(box for box in app.selectbox if box.label.startswith("Column that names"))
    calm(subject.select("person").run())
    fitted(app)
    scores = compared(app)
    (tmp_path / "my table.csv").write_text(table)
    (tmp_path / "about.csv").write_text(about)
    (tmp_path / "analysis.py").write_bytes(taken["analysis.py"])
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "analysis.py"], cwd=tmp_path, env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "model.json").read_text()) == json.loads(taken["model.json"])
    for name in ("parameters.csv", "responsibilities.csv"):
        theirs = pd.read_csv(tmp_path / name)
        mine = pd.read_csv(io.BytesIO(taken[name]))
        pd.testing.assert_frame_equal(theirs[mine.columns[:5]], mine[mine.columns[:5]])
    numbers = json.loads((tmp_path / "analysis.json").read_text())
    assert f"adjusted Rand index with the fit is {np.mean(numbers['rand']):.2f}" in said(app)
    for name, found in numbers["scores"].items():
        row = scores.loc[name.replace("K = ", "K\u00a0=\u00a0")]
        for metric, title in {"AUC": "AUC", "log loss": "Log loss"}.items():
            assert row[title].split("\u00a0")[0] == f"{found[metric]:.3f}"


def test_results_are_kept_by_settings():
    app = opened(**LINK)
    fitted(app)
    before = said(app)
    calm(app.slider(key="fitk").set_value(3).run())
    assert app.button(key="fit").label == "Fit"
    calm(app.slider(key="fitk").set_value(2).run())
    assert said(app) == before
    calm(app.slider(key="again").set_value(20).run())
    assert app.button(key="fit").label == "Continue (11 of 21)"


def test_how_many_components():
    app = opened(**LINK, upto="2", kstarts="2", kfolds="2")
    calm(app.button(key="choose").click().run())
    assert "choose K =" in said(app) or "chooses K =" in said(app)


def second(app, text, name="second.csv"):
    box = next(f for f in app.file_uploader if "second" in f.label)
    box.set_value((name, text.encode(), "text/csv"))
    return calm(app.run())


def test_a_second_file_is_predicted_with_its_taxa_aligned():
    app = uploaded(csv(), **LINK)
    fitted(app)
    names = ("k__Bacteria|g__A", "g__B", "g__C", "g__D", "g__new")
    second(app, csv(20, names, seed=3))
    text = said(app)
    assert "4 of the file's 5 taxa are known to the model: 3 by name and 1 by lineage" in text
    assert "1 taxon is new to the model" in text and "Much of what is in one table" in text
    assert "Against the labels of 20 samples: AUC" in text
    frame = app.dataframe[-1].value
    assert list(frame["sample"][:2]) == ["marked0", "marked1"]
    right = (frame["predicted"].to_numpy() == ["well", "sick"] * 10).mean()
    assert right > 0.8


def test_a_second_file_of_another_kind_is_refused_in_words():
    app = uploaded(csv(), **LINK)
    fitted(app)
    second(app, csv(8, ("x1", "x2", "x3")))
    assert "none of the 3 taxa" in app.error[0].value.replace("&#44;", ",")
    second(app, "id,g__A,label\ns0,oops,x\n")
    assert app.error


def test_a_model_taken_away_predicts_later(taken):
    app = uploaded(csv(), **LINK)
    fitted(app)
    later = opened(**LINK)
    box = next(f for f in later.file_uploader if "taken away earlier" in f.label)
    box.set_value(("model.json", taken["model.json"], "application/json"))
    calm(later.run())
    second(later, csv(12, seed=4))
    assert "5 of the file's 5 taxa are known" in said(later)
    box = next(f for f in later.file_uploader if "taken away earlier" in f.label)
    box.set_value(("model.json", b'{"__reduce__": 1}', "application/json"))
    calm(later.run())
    assert later.error


def test_a_fit_that_cannot_be_is_a_sentence():
    app = uploaded(csv(8), **(LINK | {"fitk": "10"}))
    fitted(app)
    assert "components need at least 10 different samples" in said(app)
    assert "nothing to take away yet" in said(app)


HOSTILE = ["<b>x</b>", "$y^2$", "[a](http://b.c)", ":red[z]", "=1+1", "\u202eback", "w" * 10_000]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_everywhere(name, taken):
    names = (f"g__{name}", *NAMES[1:])
    text = csv(names=names).replace("sick", f"sick {name}").replace("marked1,", f"{name},")
    app = uploaded(text, **LINK)
    fitted(app)
    second(app, text)
    for element in [*app.markdown, *app.caption, *app.info, *app.warning]:
        for markup in ("<b>x", "$y^2", "](http", ":red[", "\u202e"):
            assert markup not in element.value
        assert len(element.value) < 5000
    for kind in ("prepared.csv", "responsibilities.csv", "parameters.csv"):
        for cell in taken[kind].decode().replace("\r\n", ",").split(","):
            assert not cell.strip('"').startswith(("=", "+", "@"))
    report = taken["report.html"].decode()
    assert "<b>x</b>" not in report and "\u202e" not in report


def test_forgetting_empties_fit_predictions_and_uploads():
    app = uploaded(csv(), **LINK)
    fitted(app)
    second(app, csv(12, seed=4))
    state = repr(app.session_state._state)
    assert "marked1" in state
    calm(next(b for b in app.button if b.key == "forget-second").click().run())
    text = said(app)
    assert "Choose a file on the left" in text
    state = repr(app.session_state._state)
    for trace in ("marked", "g__A", "sick", "Looked", "Resample", "second.csv"):
        assert trace not in state, trace
