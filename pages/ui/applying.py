"""The fitted model, or one taken away earlier, on a second file."""

import pandas as pd
import streamlit as st

from latentcore.data.tables import Choices, Table, TableError
from latentcore.evaluation.community.applying import (
    Applied,
    apply,
    doubtful,
    scored,
    sentences,
)
from latentcore.evaluation.community.fitting import FittedTable
from latentcore.export import tables
from latentcore.export.model import loads
from latentcore.export.numbers import ModelError
from pages.ui import reading, session
from pages.ui.controls import community as controls
from pages.ui.text import escape

ROWS = 200


def section(fitted: FittedTable | None, label: str) -> None:
    """A second table, its taxa aligned; predictions with a warning where much does not fit."""
    st.markdown(
        "Predict the samples of another file with the model. Its taxa are found by name, then by "
        "lineage; what only one of the two tables has is said, with the mass that it holds."
    )
    left, right = st.columns(2)
    with left:
        second = controls.second_file()
    with right:
        saved = controls.saved_model()
    if second or saved:
        controls.forget_all()
    try:
        model = loads(saved[0][1]) if saved else fitted
    except ModelError as trouble:
        st.error("  \n".join(escape(s, 400) for s in trouble.sentences), icon=":material/error:")
        return
    if model is None:
        st.info("Fit a mixture above, or hand in a model taken away earlier.")
        return
    if not second:
        return
    try:
        table = _read(second, label)
        applied = apply(model, table)
    except TableError as trouble:
        reading.error(trouble)
        return
    except ValueError as trouble:
        st.error(escape(f"{trouble}.", 600), icon=":material/error:")
        return
    said = list(sentences(applied, model))
    if label in table.metadata:
        said += _against_labels(applied, model, table.metadata[label])
    words = "\n".join(f"- {escape(sentence, 600)}" for sentence in said)
    if doubtful(applied):
        st.warning(
            "Much of what is in one table is not in the other: take these predictions with care."
            f"\n\n{words}",
            icon=":material/warning:",
        )
    else:
        st.markdown(words)
    _predictions(applied, model)


def _read(files: session.Files, label: str) -> Table:
    """The second table, the label kept as text where it is a column of numbers."""
    table = session.upload(files, Choices())
    return session.upload(files, Choices(label=label)) if label in table.taxa else table


def _against_labels(applied: Applied, model: FittedTable, labels: tuple[str, ...]) -> list[str]:
    """How good the predictions are, where the file names the classes."""
    try:
        found, n = scored(applied, model, labels)
    except ValueError:
        return ["The file's labels do not name every class of the model, so there is no score."]
    return [
        f"Against the labels of {n:,} samples: AUC {found.auc:.3f}, balanced accuracy "
        f"{found.balanced_accuracy:.3f}, log loss {found.log_loss:.3f} (class shares of the fit "
        f"alone: {found.prior_log_loss:.3f})."
    ]


def _predictions(applied: Applied, model: FittedTable) -> None:
    """The first samples as a table, and all of them as a file."""
    n = len(applied.sample_ids)
    columns = {
        "sample": [name[:60] for name in applied.sample_ids[:ROWS]],
        "predicted": [model.classes[c][:60] for c in applied.predicted[:ROWS]],
    }
    columns |= {
        f"p {c + 1}": [f"{p:.3f}" for p in applied.probability[:ROWS, c]]
        for c in range(len(model.classes))
    }
    columns["known"] = [f"{share:.0%}" for share in applied.aligned.known[:ROWS]]
    names = {f"p {c + 1}": f"p({name[:40]})" for c, name in enumerate(model.classes)}
    st.dataframe(
        pd.DataFrame(columns, dtype=str),
        hide_index=True,
        column_config={key: st.column_config.TextColumn(name) for key, name in names.items()}
        | {"known": st.column_config.TextColumn("in known taxa")},
        alt="Predicted class of each sample, its probabilities, and how much of it is known",
    )
    if n > ROWS:
        st.caption(f"The first {ROWS} of {n:,} samples; the file holds all.")
    st.download_button(
        "Predictions (CSV)",
        lambda: tables.predictions(model, applied).encode(),
        "predictions.csv",
        "text/csv",
        key="predictions",
        on_click="ignore",
        icon=":material/download:",
    )
