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
from tests.data.table_files import book

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
    raw = text if isinstance(text, bytes) else text.encode()
    app.file_uploader[0].set_value([(name, raw, "text/csv")])
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


def ledger(app):
    """What is left after each step of the preparation."""
    return next(frame.value for frame in app.dataframe if "Step" in frame.value)


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
    assert "Folds" not in table, "all have run"
    assert all(float(seconds) >= 0 for seconds in table["Seconds"][:-1])
    assert list(table["Behind"]).count("leads") == 1


def test_a_link_sets_study_label_classes_and_recipe():
    app = opened(study="ZellerG_2014", label="gender", top="20", prev="25", penalty="10.0")
    assert app.selectbox(key="study").value == "ZellerG_2014"
    assert app.selectbox(key="label").value == "gender"
    assert app.slider(key="top").value == 20
    assert ledger(app)["Step"][2] == "Seen in 25% of the samples"
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


def test_another_sheet_is_chosen_also_where_one_could_not_be_read():
    rows = [line.split(",") for line in csv().splitlines()]
    words = [["id", "sex"], ["a", "f"], ["b", "m"]]
    app = uploaded(book({"about": words, "counts": rows}), "t.xlsx")
    app = calm(box(app, "Sheet").select("about").run())
    assert "No column of numbers" in unescape(app.error[0].value)
    app = calm(box(app, "Sheet").select("counts").run())
    assert app.metric[0].value == "40"


def labels(n=40, change=lambda i: f"s{i}"):
    """Metadata of the samples of `csv`, their ids changed."""
    rows = [f"{change(i)}\t{'ill' if i % 2 else 'fine'}\tp{i // 2}\t{30 + i}" for i in range(n)]
    return "\n".join(["#SampleID\tgroup of $x$\tpatient\tage", *rows]) + "\n"


def joined(metadata, table=None, name="m.tsv"):
    app = uploaded(table or csv(label="batch"))
    app.sidebar.file_uploader[1].set_value((name, metadata.encode(), "text/plain"))
    return calm(app.run())


def test_metadata_are_joined_by_ids_that_r_changed():
    app = joined(labels(change=lambda i: f"S.{i}"), csv().replace("\ns", "\ns-"))
    assert "40 ids of “#SampleID” are in the table (40 with R's changes undone)" in said(
        app
    ).replace("**", "")
    assert "Every sample of the table has its row of metadata" in said(app)
    calm(box(app, "Predict").set_value("group of $x$").run())
    assert "fine 20, ill 20" in said(app).replace("**", "")
    assert float(compared(app).loc["Random forest", "AUC"].split("\u00a0")[0]) > 0.9


def test_samples_are_lost_only_with_consent():
    app = joined(labels(30))
    assert "10 samples of 40 in the table have no row of metadata" in said(app)
    assert "The question" not in [header.value for header in app.header]
    consent = next(box for box in app.checkbox if box.label.startswith("Go on with 30"))
    calm(consent.check().run())
    assert "on 30 samples" in said(app)
    assert ledger(app)["Samples"][0] == "30"


def test_near_matches_are_taken_when_asked():
    app = joined(labels(change=lambda i: f"s{i}_R1.fastq.gz" if i < 2 else f"s{i}"))
    near = next(box for box in app.checkbox if box.label == "Take the 2 near matches")
    calm(near.check().run())
    assert "on 40 samples" in said(app)


def test_ids_that_meet_nowhere_or_twice_get_sentences():
    app = joined(labels(change=lambda i: f"other {chr(97 + i % 26)}"))
    assert "No id of the metadata is the id of a sample" in unescape(app.error[0].value)
    app = joined(labels() + "s3\tfine\tp9\t1\n")
    assert "2 rows of metadata fit the sample “s3”" in unescape(app.error[0].value)
    calm(box(app, "Column of ids in the metadata").set_value("patient").run())
    assert "No id of the metadata" in unescape(app.error[0].value)


def test_several_files_with_their_metadata_among_them():
    app = opened(**{"from": "My file"})
    whole = csv(label="batch").splitlines()
    parts = ["\n".join([whole[0], *rows]) + "\n" for rows in (whole[1:21], whole[21:])]
    files = [(f"{i}.csv", part.encode(), "text/csv") for i, part in enumerate(parts)]
    app.file_uploader[0].set_value([*files, ("m.tsv", labels().encode(), "text/plain")])
    calm(app.run())
    assert app.metric[0].value == "40"
    assert "2 files were put together: 40 samples" in said(app)
    assert "group of $x$" in box(app, "Predict").options


def test_subjects_of_the_metadata_group_the_folds():
    app = joined(labels())
    calm(box(app, "Predict").set_value("group of $x$").run())
    calm(box(app, "Column that names the subject").set_value("patient").run())
    assert "on 40 samples" in said(app)


def test_other_columns_are_looked_at():
    app = joined(labels())
    calm(box(app, "Predict").set_value("group of $x$").run())
    calm(box(app, "Look at other columns, class by class").set_value(["age", "batch"]).run())
    assert "it alone tells the class of 100% of the samples" in said(app)
    assert "be careful" in said(app)
    frames = [frame.value for frame in app.dataframe]
    assert any(list(frame.iloc[:, 0]) == ["fine", "ill"] for frame in frames)


def test_classes_are_merged_when_one_is_too_small():
    lines = csv().splitlines()
    lines[2] = lines[2].replace("sick", "very sick")
    lines[4] = lines[4].replace("sick", "very sick")
    app = uploaded("\n".join(lines) + "\n", folds="5")
    calm(classes(app).set_value(["well", "very sick"]).run())
    assert "fewer than the 5 folds" in unescape(app.error[0].value)
    assert "merge" in unescape(app.error[0].value)
    calm(box(app, "Merge into one class").set_value(["sick", "very sick"]).run())
    assert not app.error
    assert "sick or very sick 20, well 20" in said(app).replace("**", "")
    assert classes(app).value == ["sick or very sick", "well"]


def test_taxa_are_added_up_by_rank_and_filtered_step_by_step():
    app = opened()
    before = ledger(app).set_index("Step")["Parts"]
    assert before["As read"] == "480"
    calm(box(app, "Add taxa up by").set_value("genus").run())
    after = ledger(app).set_index("Step")["Parts"]
    assert int(after["Added up by genus"]) < 480
    calm(box(app, "Hold at least, mean % of a sample").set_value("0.1").run())
    steps = ledger(app).set_index("Step")
    assert int(steps["Parts"]["Hold 0.100% of a sample"]) < int(after["Seen in 10% of the samples"])
    assert steps["Held"]["The rest as one part"] == "100.0%"


def test_other_replacements_are_tried():
    app = opened(k="2")
    calm(app.button(key="zeros").click().run())
    assert "The log-likelihood of a sample runs from" in said(app)
    assert "BIC chooses" in said(app)
    assert app.button(key="zeros").disabled


def test_what_was_read_names_the_samples_that_stand_out():
    lines = csv().splitlines()
    lines[5] = "s4," + lines[4].split(",", 1)[1]
    app = uploaded("\n".join(lines) + "\n")
    assert "1 sample to look at" in [expander.label for expander in app.expander]
    odd = next(frame.value for frame in app.dataframe if "why" in frame.value)
    assert odd.iloc[0].tolist() == ["s4", "has the composition of “s3”"]


def test_metadata_are_forgotten_with_the_table():
    app = joined(labels())
    calm(next(b for b in app.button if b.label == "Forget my data").click().run())
    state = repr(app.session_state._state)
    assert "patient" not in state
    assert "p19" not in state
    assert not app.metric
