"""The inputs of the recipe: which taxa a model sees, what replaces a zero, which coordinates."""

from typing import Literal

import streamlit as st

from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table

DELTAS = {"half the smallest": None, "1e-3": 1e-3, "1e-4": 1e-4, "1e-5": 1e-5, "1e-6": 1e-6}
SHARES = {"no bound": 0.0, "0.001": 1e-5, "0.01": 1e-4, "0.1": 1e-3, "1": 1e-2}
AS_READ = "as they are"
PENALTIES = (0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
LINK: Literal["query-params"] = "query-params"


DeltaGenerator = st.delta_generator.DeltaGenerator


def preparation() -> tuple[DeltaGenerator, Recipe, float]:
    """How taxa are kept and zeros replaced, and the penalty on the mixtures' weights.

    First of the three is where the rank goes, once it is known which ones the table has.
    """
    with st.sidebar:
        st.header("Preparation")
        where = st.container()
        least = st.slider("Seen in at least, % of samples", 0, 50, 10, key="prev", bind=LINK)
        share = st.selectbox(
            "Hold at least, mean % of a sample", list(SHARES), key="abundance", bind=LINK
        )
        top = st.slider("Taxa the mixtures see", 5, 150, 50, 5, key="top", bind=LINK)
        zero = st.selectbox("A zero becomes", list(DELTAS), key="zero", bind=LINK)
        ratios = st.selectbox(
            "Log-ratios of the Gaussians", ["clr", "ilr"], key="ratios", bind=LINK
        )
        penalty = st.select_slider(
            "Penalty on the mixtures' weights",
            PENALTIES,
            30.0,
            key="penalty",
            bind=LINK,
            help="Precision of the prior on the standardised weights of every linear classifier. "
            "It is fixed, while logistic regression chooses its own inside each fold.",
        )
    least, top = min(max(least, 0), 50), min(max(top, 5), 150)
    recipe = Recipe(least / 100, top, DELTAS[zero], ratios, abundance=SHARES[share])
    return where, recipe, float(penalty)


def rank(where: DeltaGenerator, table: Table) -> str | None:
    """The rank to add taxa up by; None leaves them as they are, and is all there is without ranks.

    The lowest rank is left out where every taxon already has a name of its own there.
    """
    named = {rank: set(names) - {""} for rank, names in table.ranks.items()}
    options = [rank for rank, names in named.items() if len(names) < len(table.taxa)]
    if not options:
        return None
    with where:
        found = st.selectbox(
            "Add taxa up by",
            [AS_READ, *reversed(options)],
            key="rank",
            bind=LINK,
            help="Taxa without a name at the rank are added up with others of the same ancestors.",
        )
    return None if found == AS_READ else str(found)
