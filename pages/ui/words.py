"""The formulas a page uses, as they are used with the present settings."""

import streamlit as st

LABEL = r" + \log p_k(y_i \mid x_i)"
SHAPE = {
    "spherical": r"\sigma_k^2 = \frac{1}{D\,n_k}\Big(\sum_i \tau_{ik}\lVert x_i-\mu_k\rVert^2"
    r" + \textstyle\sum_j \rho_j\Big)",
    "tied": r"\Sigma = \frac{1}{N}\sum_k\Big(\sum_i \tau_{ik}(x_i-\mu_k)(x_i-\mu_k)^\top"
    r" + \operatorname{diag}\rho\Big)",
    "diagonal": r"\sigma_{kj}^2 = \frac{1}{n_k}\Big(\sum_i \tau_{ik}(x_{ij}-\mu_{kj})^2"
    r" + \rho_j\Big)",
    "full": r"\Sigma_k = \frac{1}{n_k}\Big(\sum_i \tau_{ik}(x_i-\mu_k)(x_i-\mu_k)^\top"
    r" + \operatorname{diag}\rho\Big)",
}


def e_step(labels: bool) -> None:
    """Responsibilities, with or without the labels' term."""
    st.markdown(
        "**E-step.** How responsible is component k for sample i, given the present parameters?"
    )
    st.latex(
        r"\tau_{ik} = \operatorname{softmax}_k\big(\log \pi_k + \log f_k(x_i)"
        + (LABEL if labels else "")
        + r"\big), \qquad n_k = \textstyle\sum_i \tau_{ik}"
    )


def gaussian_m_step(covariance: str | None) -> None:
    """Weights, means and the covariance of the chosen shape."""
    st.markdown(
        "**M-step.** Weighted means and scatters. The ridge ρ, a thousandth of each feature's "
        "variance, is a prior: it keeps a component from collapsing onto one sample, where the "
        "likelihood would be infinite."
    )
    st.latex(
        r"\pi_k = \frac{n_k}{N}, \qquad \mu_k = \frac{1}{n_k}\sum_i \tau_{ik}x_i, \qquad "
        + SHAPE[covariance or "diagonal"]
    )


def dirichlet_m_step() -> None:
    """Weights and concentrations."""
    st.markdown(
        "**M-step.** The concentrations solve the equations below, one per part. Newton's method "
        "solves them in a few steps, because its matrix is a diagonal plus a constant. The prior "
        "ρ keeps a component on a single sample finite."
    )
    st.latex(
        r"\pi_k = \frac{n_k}{N}, \qquad \psi(\alpha_{kj}) - \psi\Big(\sum_{l=1}^{p}"
        r"\alpha_{kl}\Big) = \frac{1}{n_k}\Big(\sum_i \tau_{ik}\log x_{ij} - \rho\Big)"
    )


def heads(labels: bool) -> None:
    """Heads and prediction, where there are labels."""
    if not labels:
        return
    st.markdown(
        "**Heads.** In every component a logistic regression, weighted by τ, moves one Newton step "
        "per iteration. **Prediction** reads x alone: the responsibilities of the E-step have seen "
        "the label."
    )
    st.latex(
        r"p_k(y=c \mid x) = \operatorname{softmax}_c(b_{kc} + w_{kc}^\top x), \qquad "
        r"p(y \mid x) = \sum_k \frac{\pi_k f_k(x)}{\sum_j \pi_j f_j(x)}\, p_k(y \mid x)"
    )


STACKS = {
    "pixelcnn": r"x_0 = A * e, \qquad x_l = x_{l-1} + B_l * \operatorname{relu}(x_{l-1})",
    "gated": r"v_l = g(a_l), \quad a_l = V_l * v_{l-1}, \qquad h_l = h_{l-1} + R_l\, g(W_l * "
    r"h_{l-1} + P_l a_l), \qquad g(a, b) = \tanh a \cdot \sigma(b)",
    "row lstm": r"s(r, c) = S * h(r-1, c-1..c+1) + I * x(r, c-1..c), \qquad (h, c) = "
    r"\operatorname{cell}(s, c(r-1, c))",
    "diagonal bilstm": r"s(r, c) = I x(r, c) + L\, h(r, c-1) + U\, h(r-1, c), \qquad (h, c) = "
    r"\operatorname{cell}(s, c(r, c-1))",
    "masked": r"x_l = (M \odot W_l)\, x_{l-1}, \qquad M_{ij} = [\,j \text{ comes before } i\,]",
}


BESIDE = {
    "code": "The decoder is the same. What differs is where the maps come from: all maps alike, or "
    "drawn from the prior. That is why a VQ-VAE needs one.",
    "pixel": "Pixels need no decoder, a map is the picture. Under a uniform prior all pictures are "
    "alike, and nearly all of them are noise.",
}


def prior(network: str, named: bool) -> None:
    """The prior of codes, and the stack inside it."""
    whole, given = (r"k \mid y", ", y") if named else ("k", "")
    st.markdown(
        "**The prior.** Codes are names, so they enter through an embedding; at every position a "
        "softmax says how likely each of the K codes is."
    )
    st.latex(
        rf"p({whole}) = \prod_i p(k_i \mid k_{{<i}}{given}), \qquad "
        rf"p(k_i \mid k_{{<i}}{given}) = \operatorname{{softmax}}\big(f_i(k_{{<i}}{given})\big)"
    )
    st.markdown("**Inside.** What this network does with the embeddings e of the codes before.")
    st.latex(STACKS.get(network, STACKS["gated"]))
    st.markdown("**What it adds.** A uniform prior pays log K for every code; this one pays less.")
    st.latex(r"\log p(x) \ge \log p(x \mid z_q) + \log p(k), \qquad \log p(k) = -N \log K")
