"""The quantiser one can touch, from its inputs, and what its codes could have reached."""

import numpy as np
import streamlit as st

from latentcore.evaluation import experiment
from latentcore.evaluation.experiment import Design
from latentcore.figures.quantiser import Touch, error
from latentcore.mixture import quantising
from latentcore.mixture.examples.presets import GAUSSIAN
from latentcore.mixture.quantising import Codes, Rules
from pages.ui.controls.touch import Asked
from pages.ui.quantiser import quantiser

STEPS = 30  # iterations of the film
STARTS = 10


def touch(asked: Asked, beside: bool = False) -> Touch:
    """The points of the Gaussian page, codes at their start, and the rules."""
    truth = GAUSSIAN[asked.points].truth
    x = experiment.draw(truth, Design(asked.samples, True, asked.seed))[0].data.x
    rng = np.random.default_rng(asked.seed)
    rules = Rules(
        asked.method,
        asked.decay,
        asked.rate,
        asked.restart,
        asked.encoder,
        asked.beta,
        asked.width * float(np.sqrt(x.var(0).mean())),
    )
    start = quantising.start(x, asked.codes, asked.start, rng)
    return Touch(x, start, rng.permutation(len(x)), rules, STEPS, beside)


def show(asked: Asked, name: str) -> None:
    """The canvas, and how far k-means gets from other starts on these points."""
    made = touch(asked, beside=name == "soft")
    quantiser(made, key=f"touch_{name}")
    reached = [lloyd(made, seed) for seed in range(STARTS)]
    least, most = f"{min(reached):.3g}", f"{max(reached):.3g}"
    ends = f"of {least} each time" if least == most else f"between {least} and {most}"
    st.caption(
        f"For comparison: k-means with {asked.codes} codes, from {STARTS} k-means++ starts, ends "
        f"at an error {ends} on these points."
    )


def lloyd(made: Touch, seed: int) -> float:
    """The error at which k-means ends from one start."""
    rng = np.random.default_rng([seed, len(made.x)])
    place = quantising.start(made.x, len(made.start), "k-means++", rng)
    codes = Codes.at(place, made.picks)
    for number in range(1, made.steps + 1):
        before, owned = codes.place, quantising.hard(made.x, codes.place)
        codes = quantising.update(codes, made.x, owned, Rules(), number)
        if np.array_equal(before, codes.place):
            break
    return error(made.x, codes.place)
