"""PixelCNN: what a prediction may see, a prior trained on codes or pixels, and its samples.

masks -> what to learn -> train -> ladder of bits -> sampling -> halves -> uniform beside learned
"""

import streamlit as st

from pages.ui import coded, words
from pages.ui import prior as show
from pages.ui.controls import pixelcnn as controls
from pages.ui.controls import training

st.title("PixelCNN")
st.markdown(
    "A VQ-VAE tells a picture through a map of codes. To make **new** pictures one needs new maps, "
    "so a second network learns which maps there are: code after code, each given those before it."
)
stage, masks = show.places()
with stage:
    st.header("A prior, learned")
    newest = show.first_codes()
chosen = controls.source(coded.offered(), newest)
asked = controls.asked(chosen.labelled)
if training.train(st.sidebar, "Train this prior"):
    show.start(asked, chosen)

with stage:
    opened = show.opened()
    if opened is None:
        st.markdown(
            "Choose on the left what to learn, and press **Train this prior**: bits, samples and "
            "pictures appear here from the first steps on."
        )
    else:
        show.watch(opened)
arrays = None if opened is None else show.shown(opened)

if opened is not None and arrays is not None:
    with stage:
        st.header("Uniform prior beside the learned one")
        st.markdown(words.BESIDE[opened.unit])
        show.beside(arrays)
        st.header("Completing a given half")
        show.halves(opened, arrays)
        if opened.settings.classes:
            st.header("Class by class")
            show.by_class(opened, arrays)
        st.header("Where it is hard, and when to stop")
        show.hard(opened, arrays)

with masks:
    st.header("What a prediction may see")
    st.markdown(
        "A prediction must see only what was drawn before it. Masked kernels make sure of that: "
        "**mask A** in the first layer leaves out the position itself, **mask B** after it need "
        "not. But a single stack of them misses part of the past, its **blind spot**, however deep "
        "it is. Two stacks, one for the rows above and one for the line on the left, miss nothing."
    )
    show.field(asked.kernels)
    st.caption(
        "A Row LSTM sees a triangle that reaches the top; a Diagonal BiLSTM and the masked network "
        "see the whole past with a single layer."
    )

st.header("The formulas in use")
words.prior(asked.network, asked.named)
