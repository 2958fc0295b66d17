"""The page "Your table" without a browser: link, study, upload, errors, comparison, forgetting."""

import inspect
from dataclasses import fields
from html import unescape
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import WStates
from streamlit.runtime.uploaded_file_manager import UploadedFileManager
from streamlit.testing.v1 import AppTest

from pages.ui.text import escape

PAGE = Path(__file__).resolve().parents[2] / "pages" / "microbiota.py"
SMALL = {"k": "1", "folds": "2", "repeats": "1", "starts": "1"}
HOSTILE = "<b>x</b> $y^2$ [a](http://b.c) :red[z]"


def opened(**link):
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in (SMALL | link).items():
        app.query_params[name] = value
    return calm(app.run())


def calm(app):
    assert not app.exception, [(e.message, e.stack_trace) for e in app.exception]
    return app


def uploaded(text, name="t.csv", **link):
    app = opened(**{"from": "My file"}, **link)
    app.file_uploader[0].set_value([(name, text.encode(), "text/csv")])
    return calm(app.run())


def csv(n=40, label="label"):
    """n samples whose first taxon tells the label."""
    rng = np.random.default_rng(0)
    lines = [f"id,g__A,g__B,g__C,g__D,{label}"]
    for i in range(n):
        counts = rng.poisson([5 + 40 * (i % 2), 20, 10, 3])
        lines.append(f"s{i},{','.join(map(str, counts))},{'sick' if i % 2 else 'well'}")
    return "\n".join(lines) + "\n"


def said(app):
    """Everything written on the page, entities resolved."""
    texts = [*app.markdown, *app.error, *app.warning, *app.info, *app.caption]
    return unescape(" ".join(element.value for element in texts))


def box(app, label):
    return next(found for found in [*app.selectbox, *app.multiselect] if found.label == label)


def classes(app):
    return box(app, "Classes")


def compared(app):
    calm(app.button(key="compare").click().run())
    return app.table[0].value.set_index("Model")


def test_a_study_from_click_to_table():
    app = opened()
    table = compared(app)
    assert "ROC and calibration" in [header.value for header in app.header]
    assert float(table.loc["Logistic regression, CLR", "AUC"].split("\u00a0")[0]) > 0.65
    assert {"Gaussian mixture, K\u00a0=\u00a01", "Dirichlet mixture, K\u00a0=\u00a01"} < set(
        table.index
    )
    assert set(table["Folds"]) == {"2/2", ""}
    assert all(float(seconds) >= 0 for seconds in table["Seconds"][:-1])
    assert list(table["Behind"]).count("leads") == 1


def test_a_link_sets_study_label_classes_and_recipe():
    app = opened(study="ZellerG_2014", label="gender", top="20", prev="25", penalty="10.0")
    assert app.selectbox(key="study").value == "ZellerG_2014"
    assert app.selectbox(key="label").value == "gender"
    assert app.slider(key="top").value == 20
    assert "25% of the samples" in said(app)
    assert app.select_slider(key="penalty").value == 10.0


def test_another_study_with_other_classes():
    app = opened(study="ZellerG_2014")
    assert classes(app).value == ["control", "CRC"]
    calm(app.selectbox(key="study").set_value("ZhuF_2020").run())
    assert classes(app).value == ["schizophrenia", "control"]
    calm(classes(app).set_value(["control"]).run())
    assert "two classes or more" in said(app)


def test_results_of_settings_are_kept_while_others_are_looked_at():
    app = opened()
    before = compared(app)
    calm(app.slider(key="top").set_value(20).run())
    assert not app.table
    assert not app.button(key="compare").disabled
    calm(app.slider(key="top").set_value(50).run())
    assert app.table[0].value.set_index("Model").equals(before)
    calm(app.slider(key="repeats").set_value(2).run())
    assert "of 20" in app.button(key="compare").label


def test_an_upload_from_file_to_words():
    app = uploaded(csv())
    assert "sick 20, well 20" in said(app).replace("**", "")
    table = compared(app)
    assert float(table.loc["Logistic regression, CLR", "AUC"].split("\u00a0")[0]) > 0.9
    assert "highest mean AUC" in said(app)
    assert "Calibration needs 100 samples; there are 40." in said(app)
    assert {"ROC", "In words"} < {header.value for header in app.header}


def test_nothing_of_an_upload_is_in_the_link():
    app = uploaded(csv(label="diagnosis"))
    link = " ".join(f"{name}={app.query_params[name]}" for name in app.query_params)
    assert "diagnosis" not in link
    assert "sick" not in link


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda t: t.replace("s4,", "s4,-", 1), "row 6 (sample “s4”), column B (“g__A”)"),
        (lambda t: t.replace("s4,", "s4,oops", 1), "not a finite number"),
        (lambda _: "", "is empty"),
        (lambda _: '{"a": 1}', "not BIOM 1"),
    ],
)
def test_a_malformed_file_gets_sentences(change, expected):
    app = uploaded(change(csv()))
    assert expected in unescape(app.error[0].value)
    assert not app.metric


def test_names_are_shown_as_text():
    app = uploaded(csv().replace("g__A", f'"{HOSTILE}"').replace("s4,", "s4,-", 1))
    shown = app.error[0].value
    assert not set("<>[]$*_`") & set(shown)
    assert "<b>x</b> $y^2$ [a](http://b.c) :red" in unescape(shown)
    app = uploaded(csv().replace("sick", HOSTILE))
    assert HOSTILE in said(app)


def test_forget_my_data():
    app = uploaded(csv())
    compared(app)
    calm(next(b for b in app.button if b.label == "Forget my data").click().run())
    assert not app.table
    assert not app.metric
    state = repr(app.session_state._state)
    assert "g__A" not in state
    assert "FoldScore" not in state


def test_too_few_members_say_what_to_do():
    app = uploaded(csv(6), folds="5")
    assert "at most 3 folds" in unescape(app.error[0].value)


def test_a_table_without_label_says_so():
    app = uploaded("id,g__A,g__B\n" + "".join(f"s{i},{i + 1}.5,{2 * i}\n" for i in range(30)))
    assert "No column can be predicted" in said(app)


def test_no_taxon_is_taken_for_the_label():
    rng = np.random.default_rng(0)
    counts = rng.poisson(rng.gamma(0.2, 2.0, size=40), size=(60, 40))
    counts[:, 0] += 50
    rows = (f"s{i},{','.join(map(str, row))}\n" for i, row in enumerate(counts))
    app = uploaded("id," + ",".join(f"Otu{j:03}" for j in range(40)) + "\n" + "".join(rows))
    predict = box(app, "Predict")
    assert predict.options
    assert predict.value is None
    assert "No column of text names classes" in said(app)
    assert not [found for found in app.multiselect if found.label == "Classes"]


def test_numbers_with_a_name_that_tells_are_offered_first():
    lines = [f"s{i},{i % 3},{i + 50},{i % 2}\n" for i in range(40)]
    app = uploaded("id,a,b,visit\n" + "".join(lines))
    assert box(app, "Predict").options == ["visit", "a"]
    assert box(app, "Predict").value is None


def test_streamlit_still_has_the_internals_that_forgetting_uses():
    """pages/ui/session.py removes uploads through these; none is public, all may be renamed."""
    assert callable(st.runtime.exists)
    assert callable(st.runtime.get_instance)
    assert isinstance(inspect.getattr_static(Runtime, "uploaded_file_mgr"), property)
    assert list(inspect.signature(UploadedFileManager.remove_session_files).parameters) == [
        "self",
        "session_id",
    ]
    assert callable(st.runtime.scriptrunner.get_script_run_ctx)
    assert {"session_id", "session_state"} <= {field.name for field in fields(ScriptRunContext)}
    assert isinstance(inspect.getattr_static(Runtime, "media_file_mgr"), property)
    for name in ("clear_session_refs", "remove_orphaned_files"):
        assert callable(getattr(MediaFileManager, name))
    assert "widget_metadata" in {field.name for field in fields(WStates)}
    assert "callback" in {field.name for field in fields(WidgetMetadata)}
    assert issubclass(type(st.sidebar), st.delta_generator.DeltaGenerator)


def test_a_label_of_numbers_can_be_chosen():
    text = csv().replace("sick", "1").replace("well", "0").replace("label", "kind7")
    app = uploaded(text.replace("kind7", "outcome"))
    assert box(app, "Predict").value is None
    calm(box(app, "Predict").set_value("outcome").run())
    assert app.metric[1].value == "4"  # a label is no taxon
    assert "Classes: 0 20, 1 20" in said(app).replace("**", "")


def test_escape_leaves_no_markup():
    assert unescape(escape(HOSTILE)) == HOSTILE
    assert len(unescape(escape("x" * 10_000))) == 200
    assert "\n" not in escape("a\nb\u202ec")


def test_what_was_detected_is_overruled():
    turned = "x,a,b,c\ng__A,1,2,3\ng__B,4,5,6\nsite,gut,skin,gut\n"
    app = uploaded(turned)
    assert app.metric[0].value == "3"
    rows = box(app, "Rows hold")
    assert rows.placeholder == "taxa"
    app = calm(rows.select("samples").run())
    assert "holds “gut”" in unescape(app.error[0].value)
    rows = box(app, "Rows hold")
    app = calm(rows.select("taxa").run())
    assert app.metric[0].value == "3"
