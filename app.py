"""The list of pages; run with `streamlit run app.py`."""

import streamlit as st
from starlette.middleware import Middleware

from pages.ui.server import lifespan
from pages.ui.visitor import Cookies

if __name__ != "__main__":
    # Imported once, before the first visitor, by the server; run as a script for every visit.
    server = st.App(__file__, lifespan=lifespan, middleware=[Middleware(Cookies)])
else:
    st.set_page_config(page_icon="🫧", layout="wide")
    first = "pages/gaussian_mixture.py"
    page = st.navigation(
        [
            st.Page(
                first,
                title="Gaussian mixture",
                icon=":material/scatter_plot:",
                default=True,
            ),
            st.Page(
                "pages/dirichlet_mixture.py",
                title="Dirichlet mixture",
                icon=":material/change_history:",
                url_path="dirichlet-mixture",
            ),
            st.Page(
                "pages/benchmark.py",
                title="Benchmark",
                icon=":material/leaderboard:",
                url_path="benchmark",
            ),
            st.Page(
                "pages/microbiota.py",
                title="Your table",
                icon=":material/table_chart:",
                url_path="your-table",
            ),
            st.Page("pages/vae.py", title="VAE", icon=":material/blur_on:", url_path="vae"),
            st.Page(
                "pages/vq_vae.py", title="VQ-VAE", icon=":material/grid_view:", url_path="vq-vae"
            ),
            st.Page(
                "pages/pixelcnn.py", title="PixelCNN", icon=":material/apps:", url_path="pixelcnn"
            ),
            st.Page("pages/runs.py", title="Runs", icon=":material/history:", url_path="runs"),
            st.Page(  # the first page lives at the root; its name works as a link too
                first, title="Gaussian mixture", url_path="gaussian-mixture", visibility="hidden"
            ),
        ]
    )
    st.set_page_config(page_title=f"{page.title} · Latent Lab")
    page.run()
