"""VAE: train one, watch its latent space form, walk through it, and see what it cannot do.

settings -> train -> bound -> walk -> pictures -> what beta does -> gradients -> limits
"""

import streamlit as st

from pages.ui import live, vae_recipe
from pages.ui import vae as show
from pages.ui import vae_words as words
from pages.ui.controls import vae as controls
from pages.ui.mixture import or_stop

st.title("VAE")
st.markdown(
    "A variational autoencoder learns two maps at once: an encoder, from a picture to a small "
    "cloud q(z | x), and a decoder, from a point z to a picture. Press Train, and walk through "
    "the space in between while it forms."
)
name, chosen = controls.example()
button = st.sidebar.container()
st.markdown(f"**{chosen.title}.** {chosen.lesson}")
asked = controls.asked(name, chosen)
data = vae_recipe.given(asked.data)
recipe = or_stop(vae_recipe.recipe, asked, data)
show.start(recipe, data, button)

run = live.watched()
if run is None:
    st.info("Nothing is trained yet. Press Train on the left; the first picture comes at once.")
else:
    live.watch(run, show.draw)

st.header("What β does")
st.markdown(
    "The same data, weights at the start and order of batches, with several weights of the KL "
    "term. Pointers and arrow keys work in every square."
)
show.what_if(recipe, data)

st.header("Why the gradient goes through z")
words.noise()

st.header("Limits")
show.limits(run)

st.header("The formulas in use")
words.formulas(asked.likelihood, asked.beta)
