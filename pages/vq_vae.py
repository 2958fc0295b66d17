"""VQ-VAE: touch a quantiser, then train one and watch its codebook come alive, or collapse.

touch -> settings -> train -> codebook -> what codes stand for -> two side by side -> words
"""

import streamlit as st

from pages.ui import live, touch, vqvae_recipe
from pages.ui import vqvae as show
from pages.ui import vqvae_words as words
from pages.ui.controls import touch as toy
from pages.ui.controls import vqvae as controls
from pages.ui.mixture import or_stop

st.title("VQ-VAE")
st.markdown(
    "A VQ-VAE tells a picture by a few whole numbers, each the name of a vector in a learned "
    "codebook. Touch the heart of it in the plane; train the whole network."
)
stage, plane = live.places(live.RUN, *show.PAIR)
with plane:
    st.header("A quantiser to touch")
    name, example = toy.example()
    st.markdown(f"**{example.title}.** {example.lesson}")
    touch.show(toy.asked(name, example), name)

chosen_name, chosen = controls.example()
button = st.sidebar.container()
asked = controls.asked(chosen_name, chosen)
with stage:
    st.header("Train one")
    st.markdown(f"**{chosen.title}.** {chosen.lesson}")
    ask, place = st.container(), st.container()
    with place:
        show.one()
    st.header("Two recipes side by side")
    st.markdown(
        "The same data, network, seed and order of batches; only the quantiser differs. The "
        "paper's recipe beside the default shows a collapse and its cure."
    )
    both = st.container()
    show.two()

st.header("The formulas in use")
words.formulas(asked.quantizer)

with ask:  # last, because the page ends here while there are no data; runs are shown all the same
    data = vqvae_recipe.given(asked.data)
    recipe = or_stop(vqvae_recipe.recipe, asked, data)
    show.start(recipe, data, button)
with both:
    show.start_two(recipe, data)
