"""The formulas of the page "VQ-VAE", with the present settings."""

import streamlit as st

from latentcore.networks.quantizers.settings import QuantizerSettings


def formulas(quantizer: QuantizerSettings) -> None:
    """Assignment, straight through, the loss that is minimised, and how codes learn."""
    st.markdown("**Assignment.** Every position of the encoder's map takes its nearest code.")
    st.latex(r"k = \operatorname{argmin}_j \lVert z_e(x) - e_j \rVert, \qquad z_q = e_k")
    st.markdown(
        "**Straight through.** The step has no derivative, so the decoder's gradient at $z_q$ is "
        "handed to $z_e$ as if it were not there. The codebook gets none of it."
    )
    st.latex(r"z_q = z_e + \operatorname{stop}(e_k - z_e)")
    beta = f"{quantizer.beta:g}"
    codebook = r" + \lVert \operatorname{stop}(z_e) - e_k \rVert^2"
    st.markdown("**Loss, to be minimised**, latent terms averaged over the positions.")
    st.latex(
        r"-\log p(x \mid z_q)"
        + (codebook if quantizer.method in ("gradient", "SimVQ") else "")
        + (" + " if beta == "1" else rf" + {beta}\,")
        + r"\lVert z_e - \operatorname{stop}(e_k) \rVert^2"
    )
    if quantizer.method not in ("gradient", "SimVQ", "gumbel", "FSQ"):
        st.markdown(
            "**Codebook.** The minimum of the codebook term in closed form, as a running mean: "
            f"with γ = {quantizer.decay:g}, $n_k$ the share of the batch, $m_k$ its mean."
        )
        st.latex(
            r"N_k \leftarrow \gamma N_k + (1-\gamma) n_k, \qquad "
            r"e_k \leftarrow e_k + (1-\gamma)\frac{n_k}{N_k}(m_k - e_k)"
        )
    st.markdown(
        "**Perplexity** is $\\exp$ of the entropy of the codes' use: K when all are used alike. "
        "Use is not quality: read it together with the error."
    )
