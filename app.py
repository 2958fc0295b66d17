"""The list of pages; run with `streamlit run app.py`."""

import streamlit as st

st.set_page_config(page_icon="🫧", layout="wide")
page = st.navigation(
    [
        st.Page(
            "pages/gaussian_mixture.py",
            title="Gaussian mixture",
            icon=":material/scatter_plot:",
            url_path="gaussian-mixture",
            default=True,
        ),
        st.Page(
            "pages/dirichlet_mixture.py",
            title="Dirichlet mixture",
            icon=":material/change_history:",
            url_path="dirichlet-mixture",
        ),
        st.Page(
            "pages/microbiota.py",
            title="Your table",
            icon=":material/table_chart:",
            url_path="your-table",
        ),
    ]
)
st.set_page_config(page_title=f"{page.title} · Latent Lab")
page.run()
