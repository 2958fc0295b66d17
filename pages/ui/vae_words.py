"""What the page "VAE" says and computes without a run: formulas, the gradient's noise, limits."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from latentcore.figures import vae as figures
from latentcore.networks.single_draw import Line, estimates, exact
from pages.ui.controls import vae as controls

LIKELIHOODS = {
    "bernoulli": r"\sum_j x_j\log m_j + (1-x_j)\log(1-m_j), \quad m = \operatorname{sigmoid}"
    r"(\text{decoder}(z))",
    "gaussian": r"-\tfrac12\sum_j \frac{(x_j-m_j)^2}{s^2} + \log 2\pi s^2, \quad"
    r" m = \text{decoder}(z),\; s = 0.1",
    "gaussian, learned sigma": r"-\tfrac12\sum_j \frac{(x_j-m_j)^2}{s^2} + \log 2\pi s^2, \quad"
    r" m = \text{decoder}(z),\; s \text{ learned}",
    "discretised logistic": r"\sum_j \log\Big[S\Big(\frac{x_j+h-m_j}{s_j}\Big) -"
    r" S\Big(\frac{x_j-h-m_j}{s_j}\Big)\Big], \quad (m, \log s) = \text{decoder}(z),\;"
    r" h = \tfrac{1}{2(L-1)}",
    "categorical": r"\sum_j \log \operatorname{softmax}_{x_j}(\text{decoder}(z)_j)",
}


@st.fragment
def noise() -> None:
    """Score function against pathwise gradient, on a parabola, exactly.

    A fragment: its sliders draw nothing else of the page again.
    """
    st.markdown(
        "The first term of the ELBO is a mean over draws z ~ q(z | x), and q moves with the "
        "encoder. Two ways to its gradient, both right on average: **pathwise**, through z = μ + "
        "σ ε, and the **score function**, log p(x | z) times the gradient of log q. Here the "
        "decoder is a straight line through the space of D pixels, so that everything is exact."
    )
    asked = controls.noise()
    line = Line(asked.pixels, asked.noise, mean=asked.mean, sigma=asked.sigma)
    eps = np.random.default_rng(asked.seed).standard_normal(asked.draws)
    moments = exact(line, asked.draws)
    left, right = st.columns(2)
    left.plotly_chart(
        figures.single_draws(estimates(line, eps), moments),
        alt="One dot a draw: its estimate of the gradient by mu, for three estimators",
    )
    right.plotly_chart(
        figures.against_pixels(line, asked.draws),
        alt="Variance of one draw's gradient against the number of pixels, for three estimators",
    )
    pathwise, score, baseline = (moment.variance[0] for moment in moments.values())
    st.markdown(
        f"One pathwise draw is worth **{score / pathwise:,.0f}** draws of the score function, or "
        f"**{baseline / pathwise:,.1f}** with the mean of the other draws as a baseline. The score "
        "function multiplies by log p(x | z) itself, which grows with D; the pathwise gradient "
        "needs its slope alone, and needs z to be continuous. **A discrete z has no such path**: "
        "there remain the score function, sums over all codes, or the straight-through gradient."
    )


def limits(places: Sequence[controls.DeltaGenerator]) -> None:
    """What a VAE cannot do, in three columns, and where that leads."""
    blur, collapse, codes = places
    blur.markdown(
        "**Blur.** Pixels are independent given z, so whatever z does not say is averaged: edges "
        "of strokes, a loop that may be open or closed. More axes help the reconstruction, and "
        "make the prior harder to fill."
    )
    collapse.markdown(
        "**Collapse.** An axis that costs more nats than it saves is given back to the prior: the "
        "examples “β = 20” and “Sixteen axes” show it, the bars under the walk name the axes. A "
        "decoder strong enough to do without z makes it worse."
    )
    codes.markdown(
        "**Continuous codes.** Half of a 3 and half of an 8 is a place in the plane, and no digit. "
        "Classes, words and community types are not halved: they want a code from a list."
    )
    st.markdown(
        "A [VQ-VAE](vq-vae) answers all three: z is one of K codes at each place of a grid, the "
        "KL term is a constant that cannot be traded away, and a second model learns which codes "
        "go together."
    )


def formulas(likelihood: str, beta: float) -> None:
    """The bound that is climbed with the present settings."""
    st.latex(
        r"\log p(x) \;\ge\; \mathbb{E}_{q(z\mid x)}[\log p(x\mid z)] - "
        + ("" if beta == 1 else rf"\underbrace{{{beta:g}}}_{{\beta}}\;")
        + r"\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)"
        if beta >= 1
        else r"\mathbb{E}_{q(z\mid x)}[\log p(x\mid z)] - "
        + rf"\underbrace{{{beta:g}}}_{{\beta}}\;"
        + r"\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big) \quad\text{(no bound for } \beta < 1)"
    )
    st.latex(
        r"z = \mu(x) + \sigma(x)\,\varepsilon,\; \varepsilon\sim N(0, I), \qquad \mathrm{KL} = "
        r"\tfrac12\sum_j\big(\mu_j^2 + \sigma_j^2 - 1 - \log\sigma_j^2\big)"
    )
    st.latex(r"\log p(x\mid z) = " + LIKELIHOODS[likelihood])
