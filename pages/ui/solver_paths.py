"""The solvers of the heads on one E-step: pictures, and what to see in them."""

import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.evaluation.head_paths import Fixed, Path, growing, paths
from latentcore.figures import solvers as figures
from latentcore.mixture.fit import Fit
from pages.ui.controls import solvers as controls
from pages.ui.controls.chosen import Chosen


@st.fragment
def solver_paths(fit: Fit, data: Labelled, chosen: Chosen) -> None:
    """The section of a mixture page; it computes only when asked, and without the page."""
    st.header("Solvers of the heads, side by side")
    fixed = Fixed.of(fit.mixture, data)
    if fixed is None:
        st.info("There is nothing to solve here: without labels the mixture has no heads.")
        return
    st.markdown(
        "In every M-step the heads climb a concave function Q. Here the responsibilities of the "
        "fit are held fixed, heads that know nothing start anew, and seven methods solve them."
    )
    settings = controls.watched(chosen)
    if settings is None:
        return
    fixed = fixed.in_units(settings.units)
    drawn = list(paths(fixed, settings.alpha))
    st.plotly_chart(
        figures.paths(drawn),
        alt="Gap to the best Q for seven solvers of the heads, left against iterations, right "
        "against milliseconds, both axes logarithmic. " + " ".join(map(_told, drawn)),
    )
    st.markdown(
        "**What to see.** Newton's method knows the curvature and needs a handful of steps. The "
        "gradient does not: one step length must suit the steepest direction and the flattest, so "
        "hundreds of steps go by, and standardising the features helps because it makes the "
        "directions alike. Multiply the first feature: only the two methods in raw units suffer."
    )
    st.caption(
        "A filled end has arrived: what is left is below the axis. An iteration is one step; for "
        "the stochastic gradient it is one epoch, for CMA-ES one generation. The more samples, the "
        "fewer iterations are run."
    )
    st.subheader("The notes' α on more data")
    st.plotly_chart(
        figures.growing(list(growing(fixed, settings.alpha))),
        alt="Gap to the best Q along the notes' update, for four sizes of the data and one alpha; "
        "where alpha times L is 2 or more the step is not safe",
    )
    st.markdown(
        "The notes multiply the *sum* of the gradient by a constant α. The sum grows with n, and "
        "so does its curvature L: once α L passes 2 nothing keeps the steps from overshooting, and "
        "sooner or later Q jumps about instead of rising. No α suits all sizes; a step of 1/L "
        "does, which is a constant times the mean gradient."
    )


def _told(path: Path) -> str:
    """Where a path ended, for those who cannot see it."""
    name, last = figures.NAMES[path.name], len(path.gap) - 1
    if path.arrived:
        return f"{name.capitalize()} arrives after {last} iterations."
    return f"{name.capitalize()} has {path.gap[-1]:.0e} nats per sample left after {last}."
