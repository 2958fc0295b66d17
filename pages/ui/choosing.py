"""How many components: K by K the curves grow, on whichever page asks."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.evaluation.advice import sentences
from latentcore.evaluation.choosing import Choice, choices
from latentcore.figures.choosing import curves
from latentcore.mixture.initial import Plan
from pages.ui import session
from pages.ui.controls import choosing as controls
from pages.ui.controls.comparing import run
from pages.ui.text import escape

SLOT = "choose"
OF_X, OF_XY = "Density of x", "Density of (x, y)"


@dataclass(frozen=True)
class Question:
    """What is fitted for each K, to which data, and how many components they came from if known.

    With labels both densities are judged, of x and of (x, y); without, that of x alone.
    """

    plan: Callable[[int], Plan]
    data: Labelled
    truth: int | None = None

    @property
    def densities(self) -> dict[str, Labelled]:
        """The data as each density sees them."""
        alone = {OF_X: replace(self.data, y=None, classes=())}
        return alone if self.data.y is None else alone | {OF_XY: self.data}


class View:
    """The places on the page of one question, filled with what is known for its settings."""

    def __init__(self, question: Question, asked: controls.Asked, key: session.Key) -> None:
        self.question, self.asked = question, asked
        self.key = key = (*key, "choose", asked.judging)
        self.known: list[tuple[str, Choice]] = session.results(key)
        self.wanted = [
            (title, k) for k in range(1, asked.components + 1) for title in question.densities
        ]
        done, of = len(self._found(self.wanted)), len(self.wanted)
        self.running = session.running(SLOT, key) and done < of
        button, bar = st.columns([2, 3], vertical_alignment="center")
        with button:
            run(SLOT, done, of, self.running, lambda: session.start(SLOT, key))
        self.progress = bar.empty()
        self.place = st.empty()
        self._draw()

    def run(self) -> None:
        """Fit what is missing, if it was asked for, and show the page again."""
        if not self.running:
            return
        densities, of = self.question.densities, len(self.wanted)
        for title, k in self.wanted:
            if self._found([(title, k)]):
                continue
            done = len(self._found(self.wanted))
            self.progress.progress(done / of, f"{done} of {of}: {title}, K = {k}")
            (choice,) = choices(self.question.plan, densities[title], [k], self.asked.judging)
            session.keep(self.key, (title, choice))
            self.known.append((title, choice))
            self._draw()
        session.stop(SLOT)
        st.rerun()

    def _found(self, wanted: list[tuple[str, int]]) -> list[tuple[str, Choice]]:
        return [(title, c) for title, c in self.known if (title, c.components) in wanted]

    def _draw(self) -> None:
        found = self._found(self.wanted)
        if not found:
            return
        panels = {
            title: sorted((c for t, c in found if t == title), key=lambda c: c.components)
            for title in self.question.densities
        }
        with self.place.container():
            st.plotly_chart(
                curves(panels, self.question.truth),
                key=f"choosing_{len(found)}",
                alt="BIC, ICL and cross-validated log-likelihood against the number of "
                "components, and how many starts reach each optimum",
            )
            said = sentences(panels, self.question.truth)
            if said:
                st.markdown("\n".join(f"- {escape(sentence, 600)}" for sentence in said))


def explain() -> None:
    """The criteria in words and formulas."""
    st.markdown(
        "The likelihood always rises with K. BIC makes every parameter pay; ICL adds the doubt "
        "about which component a sample belongs to; cross-validation asks how likely samples are "
        "that the fit has not seen. All in nats per sample, and **lower is better**. Every K is "
        "fitted from several starts run to their end: below the curves, each block is one optimum."
    )
    st.latex(
        r"\tfrac{1}{2N}\mathrm{BIC} = -\tfrac{\ell}{N} + \tfrac{\nu \log N}{2N}, \qquad "
        r"\tfrac{1}{2N}\mathrm{ICL} = \tfrac{1}{2N}\mathrm{BIC} - "
        r"\tfrac{1}{N}\sum_{i,k}\tau_{ik}\log\tau_{ik}, \qquad "
        r"\mathrm{CV} = -\tfrac{1}{V}\sum_v \tfrac{\ell_v}{N_v}"
    )
