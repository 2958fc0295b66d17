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
