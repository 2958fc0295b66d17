"""What a visitor takes away: tables, the model, pictures, a report, a script that repeats all."""

from collections.abc import Callable

import streamlit as st

from latentcore.evaluation.scores import Metric
from latentcore.export import model, pages, tables
from latentcore.export.report import Found, compared, sections
from latentcore.export.script import Analysis, Origin, script
from latentcore.figures.fitted_table import of_heads, pictures
from pages.ui import predicting, session
from pages.ui.asking import Asked
from pages.ui.comparing import View as Compared
from pages.ui.controls.comparing import Plan
from pages.ui.controls.microbiota import Source
from pages.ui.fitting import View as Fitted
from pages.ui.joining import Joined


def section(source: Source, samples: Joined, fit: Fitted, comparison: Compared) -> None:
    """Buttons; a file is made when its button is pressed."""
    looked, plan, metric = fit.looked, comparison.comparison.plan, comparison.comparison.metric
    if looked is None:
        st.info("Fit a mixture above: there is nothing to take away yet.")
        return
    asked, fitted = fit.asked, looked.fitted
    found = Found(asked.data.x, asked.y, looked, fit.resamples, comparison.summaries)
    analysis = described(source, samples, fit, plan, metric)
    st.markdown(
        "The report and the figures fetch nothing from anywhere and open without a network. The "
        "camera in the corner of a figure saves it as SVG. Cells that a spreadsheet would run as "
        "formulas have an apostrophe in front."
    )
    files: dict[str, tuple[str, str, Callable[[], str | bytes]]] = {
        "Report (HTML)": ("report.html", "text/html", lambda: pages.report(
            "Latent Lab: a mixture on your table", sections(analysis, found, metric))),
        "Script (Python)": ("analysis.py", "text/x-python", lambda: script(analysis)),
        "Model (JSON)": ("model.json", "application/json", lambda: model.dumps(fitted)),
        "Figures (HTML, zipped)": ("figures.zip", "application/zip", lambda: pages.zipped(
            (*pictures(looked, fit.resamples, asked.y), *compared(found, metric)))),
        "Prepared table (CSV)": ("prepared.csv", "text/csv", lambda: tables.processed(
            fitted, found.values, asked.names, asked.label, asked.y)),
        "Parameters (CSV)": ("parameters.csv", "text/csv", lambda: tables.parameters(
            fitted, of_heads(looked, fit.resamples))),
        "Responsibilities (CSV)": ("responsibilities.csv", "text/csv",
            lambda: tables.responsibilities(fitted, found.values, asked.names, asked.y)),
    }  # fmt: skip
    with st.container(horizontal=True):
        for title, (name, kind, made) in files.items():
            _button(title, name, kind, made)
    st.caption("The prepared table and the responsibilities hold sample ids; the rest does not.")


def _button(title: str, name: str, kind: str, made: Callable[[], str | bytes]) -> None:
    def raw() -> bytes:
        found = made()
        return found.encode() if isinstance(found, str) else found

    st.download_button(
        title, raw, name, kind, key=f"take-{name}", on_click="ignore", icon=":material/download:"
    )


def described(source: Source, samples: Joined, fit: Fitted, plan: Plan, metric: Metric) -> Analysis:
    """Everything that the script needs to repeat what is on the page."""
    asked: Asked = fit.asked
    files = (*source.files, *source.metadata)
    origin = Origin(
        source.study,
        tuple(name for name, _ in files),
        tuple(session.digest_of(raw) for _, raw in files),
        len(source.files),
        samples.column or "",
        samples.near,
    )
    return Analysis(
        origin,
        source.choices,
        asked.label,
        asked.classes,
        asked.merged,
        asked.subject,
        fit.looked.fitted.settings if fit.looked else fit.chosen.settings,
        len(fit.resamples),
        predicting.MODELS,
        tuple(range(1, plan.components + 1)),
        plan.folds,
        plan.repeats,
        plan.starts,
        plan.seed,
        metric.name,
    )
