"""What the two mixture pages show, piece by piece; the pages put the pieces in order."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.evaluation import experiment
from latentcore.evaluation.experiment import Fitting
from latentcore.evaluation.parameters import rows
from latentcore.figures import mixture as figures
from latentcore.figures import reel
from latentcore.figures.film import Film
from latentcore.mixture.align import alignment
from latentcore.mixture.examples.generate import Drawn
from latentcore.mixture.fit import Fit
from latentcore.mixture.mixture import Mixture
from pages.ui import choosing, drag
from pages.ui.controls import choosing as controls
from pages.ui.controls.chosen import Chosen
from pages.ui.controls.fitting import COMPARED, undo_moves
from pages.ui.em_film import em_film

Result = TypeVar("Result")
DeltaGenerator = st.delta_generator.DeltaGenerator
RACE = "_race"
MOST_WORK, FEW = 2e7, 3  # samples x components x iterations of a start; else few starts
FIRST_LOOK_SECONDS, LOOK_SECONDS = 0.8, 0.15


def or_stop(work: Callable[..., Result], *given: object) -> Result:
    """The result, or the sentence of a ValueError and the end of the page."""
    try:
        return work(*given)
    except ValueError as trouble:
        st.error(f"{str(trouble)[0].upper()}{str(trouble)[1:]}.", icon=":material/error:")
        st.stop()


def film(fit: Fit, drawn: Drawn, chosen: Chosen, moves: drag.Moves) -> Film:
    """The film of a fit, its components in the truth's order; drags go to the link."""
    order = reel.display_order(fit.steps, drawn.truth, drawn.data.x)
    reeled = reel.film(fit.steps, drawn.data, order)
    moved = em_film(reeled, key=f"film_{reeled.family}_{chosen.name}")
    if moved is not None:
        drag.take(moved, int(order[moved.component]), fit.start, moves, chosen)
    if moves:
        names = ", ".join(str(int((order == k).argmax()) + 1) for k, _ in moves)
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.caption(
            f"Start with moved centres (component {names}); one start is run, not several."
        )
        with right:
            undo_moves(lambda: drag.forget(chosen))
    number = fit.steps[-1].number
    after = f"after {number} iteration{'s' * (number != 1)}"
    st.caption(
        (f"EM converged {after}: {fit.reason}. " if fit.converged else f"EM {fit.reason}. ")
        + "Every setting, also a dragged start, is in the address bar: the link shows this picture."
    )
    _let_it_draw()
    return reeled


def _let_it_draw() -> None:
    """Give the browser a moment to draw the film before the charts come and occupy it.

    Measured: a first picture came one to two seconds earlier when the charts' megabytes of code
    were loaded after it, and the film followed a slider 0.1 to 0.2 seconds sooner.
    """
    first = not st.session_state.get("_film_drawn")
    st.session_state["_film_drawn"] = True
    time.sleep(FIRST_LOOK_SECONDS if first else LOOK_SECONDS)


def scores(fit: Fit, drawn: Drawn, test: Labelled) -> None:
    """Test accuracy of the fit beside Bayes and a single logistic regression."""
    found = experiment.accuracies(fit.mixture, drawn, test)
    if found is None:
        st.info(
            "Nothing to predict here: the fit has seen no labels. It is a density, judged by its "
            "log-likelihood."
        )
        return
    cells = st.columns(3)
    cells[0].metric(
        "Test accuracy of the mixture", f"{found.mixture:.3f}",
        help=f"Expected share of {experiment.TEST:,} fresh samples labelled correctly.",
    )  # fmt: skip
    cells[1].metric(
        "Bayes accuracy", f"{found.bayes:.3f}",
        help="What someone who knows the truth reaches; nobody can do better.",
    )  # fmt: skip
    cells[2].metric(
        "Logistic regression", f"{found.logistic:.3f}",
        help="One line for all samples, fitted to the same training data.",
    )  # fmt: skip


def truth_and_fit(fit: Fit, drawn: Drawn, reeled: Film) -> None:
    """Outlines over the data, and every parameter side by side."""
    last = fit.mixture
    aligned = last.take(alignment(last, drawn.truth, drawn.data.x))
    left, right = st.columns([3, 2])
    left.plotly_chart(
        figures.truth_and_fit(drawn.truth, aligned, drawn.data, reeled),
        alt="One-sigma outlines of the true components, dashed, and of the fitted ones over the "
        "data; the table beside holds the same numbers",
    )
    right.dataframe(
        [
            {"component": r.component + 1, "parameter": r.parameter, "truth": r.truth, "fit": r.fit}
            for r in rows(drawn.truth, aligned)
        ],
        hide_index=True,
        height=420,
        column_config={
            "truth": st.column_config.NumberColumn(format="%.3f"),
            "fit": st.column_config.NumberColumn(format="%.3f"),
        },
        alt="Parameters of truth and fit, component by component",
    )


def race(data: Labelled, fitting: Fitting, played: Fit) -> None:
    """Ten starts run to their end: their curves, and where each arrived."""
    progress = st.empty()
    fits = _ran(data, fitting, progress)
    done = {i: fit for i, fit in enumerate(fits, 1) if isinstance(fit, Fit)}
    number = 0 if fitting.moves else played.start  # a moved start is none of these
    best = max((fit.objective for fit in done.values()), default=0.0)
    tolerance, few = 1e-4 * len(data), len(fits) < COMPARED
    together = sum(fit.objective > best - tolerance for fit in done.values())
    progress.caption(
        f"{together} of {len(fits)} starts reach the best value found, to within 0.0001 nats per "
        "sample. EM climbs from wherever it starts; only other starts tell whether there was more."
        + (" With this many samples, components and iterations only these are run." * few)
    )
    left, right = st.columns([1, 1])
    left.plotly_chart(
        figures.starts(fits, number, len(data)),
        alt="Penalised log-likelihood per sample along the iterations of ten starts",
    )
    right.dataframe(
        [_arrival(i, fit, best, len(data), i == number) for i, fit in enumerate(fits, 1)],
        hide_index=True,
        height=387,
        column_config={
            "nats": st.column_config.NumberColumn(format="%.4f", help="Objective per sample"),
            "behind": st.column_config.NumberColumn(format="%.4f", help="Distance to the best"),
        },
        alt="Final penalised log-likelihood per sample of every start",
    )


def how_many(data: Labelled, fitting: Fitting, truth: Mixture, seed: int) -> choosing.View:
    """What each number of components is worth, for the family and the starts of the page."""
    choosing.explain()
    question = choosing.Question(
        lambda k: replace(fitting, components=k).plan, data, truth=len(truth)
    )
    key = "mixture", _digest(data), fitting.covariance, fitting.how
    return choosing.View(question, controls.asked(seed), key)


def _ran(data: Labelled, fitting: Fitting, progress: DeltaGenerator) -> list[Fit | str]:
    """The starts run to their end; those of the last settings are remembered by the session."""
    key = _digest(data), replace(fitting, starts=1, play=0, moves=(), moved=1)
    known, fits = st.session_state.get(RACE, (None, []))
    if known == key:
        return list(fits)
    work = len(data) * fitting.components * fitting.limit
    of, fits = COMPARED if work <= MOST_WORK else FEW, []
    for fit in experiment.side_by_side(data, fitting, of):
        fits.append(fit)
        # also where the script can be interrupted: a slider need not wait for all of them
        progress.caption(f"{len(fits)} of {of} starts have been run.")
    st.session_state[RACE] = key, fits
    return fits


def _digest(data: Labelled) -> str:
    """What stands for samples in the keys of results."""
    own = hashlib.sha256(data.x.tobytes() + (b"" if data.y is None else data.y.tobytes()))
    return own.hexdigest()


def _arrival(
    number: int, fit: Fit | str, best: float, samples: int, played: bool
) -> dict[str, object]:
    if isinstance(fit, str):
        return {"start": number, "ended": fit}
    ended = "converged" if fit.converged else "at the limit"
    return {
        "start": number,
        "nats": fit.objective / samples,
        "behind": (best - fit.objective) / samples,
        "iterations": fit.steps[-1].number,
        "ended": f"{ended}, in the film" if played else ended,
    }
