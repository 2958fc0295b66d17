"""From what the sidebar of the page "VQ-VAE" says to a recipe: the data, the model, the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from latentcore.data.preparation import Recipe as Preparation
from latentcore.networks.quantizers.settings import QuantizerSettings
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs import parts
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import PARTS, Digits, Images, Parts, Shapes, Study
from latentcore.training.plan import Plan
from pages.ui import images, reading, session
from pages.ui.controls import asking, microbiota, training
from pages.ui.controls import vqvae as controls
from pages.ui.text import escape

BATCH = 64
TOP, PREVALENCE = 40, 0.1  # taxa that a network sees, and in which share of the samples they are
LOOK_EVERY = {"image": 10, "table": 20}  # steps that take less than half a second on a busy core


@dataclass(frozen=True)
class Given:
    """Where the data come from, and what of them decides the model.

    shape: of an image, or (p,) of a composition; counts: whether the parts are counted;
    allowed: whether the data may be stored for training, which is asked of uploads.
    """

    source: Digits | Shapes | Images | Study | Parts
    shape: tuple[int, ...]
    files: Mapping[str, bytes]
    allowed: bool = True
    counts: bool = False

    @property
    def private(self) -> bool:
        """Uploads are listed to their owner only."""
        return bool(self.files)


def given(data: str) -> Given:
    """The data; ends the page while there are none, or none that can be read."""
    if data == controls.DIGITS:
        return Given(Digits(), (1, 8, 8), {})
    if data == controls.SHAPES:
        source = Shapes()
        return Given(source, (source.channels, source.side, source.side), {})
    if data == controls.OWN:
        found = images.uploaded()
        return Given(found.source, found.images.shape, found.files, found.allowed)
    return _table()


def _table() -> Given:
    """A study, or a table of one's own, with its label if it has one."""
    place = microbiota.place()
    source = microbiota.source(place, session.library())
    if source is None:
        st.info("Choose a file on the left: a table of taxa and samples.")
        st.stop()
    table = reading.table(place, source)
    label, _ = asking.label(place, table, source.study is not None)
    if label is not None and label not in table.metadata:
        st.rerun()  # a column of numbers was chosen: the next run reads it as text
    try:
        made = parts.prepare(table, label, Preparation(PREVALENCE, TOP))
    except ValueError as trouble:
        st.error(f"{escape(str(trouble), 400)}.", icon=":material/error:")
        st.stop()
    shape = (made.values.shape[1],)
    if source.study is not None and label is not None:
        study = Study(source.study, label, PREVALENCE, TOP)
        return Given(study, shape, {}, counts=made.counts)
    name = source.files[0][0] if source.files else "table"
    allowed = training.store_upload(escape(name, 60), f"{session.FILE}_store_table")
    files = {PARTS: parts.pack(made)}
    return Given(Parts(name), shape, files, allowed, made.counts)


def recipe(asked: controls.Asked, data: Given) -> Recipe:
    """What a run is to be.  Raises ValueError in words."""
    model: VQVAESettings | CompositionSettings
    if len(data.shape) == 1:
        likelihood = "Dirichlet-multinomial" if data.counts else "Dirichlet"
        model = CompositionSettings(data.shape[0], asked.slots, (64,), likelihood, asked.quantizer)
        every = LOOK_EVERY["table"]
    else:
        channels, height, width = data.shape
        grid = min(asked.grid, height), min(asked.grid, width)
        model = VQVAESettings(
            (channels, height, width), grid, asked.hidden, quantizer=asked.quantizer
        )
        every = LOOK_EVERY["image"]
    plan = Plan(asked.steps, BATCH, look_every=every, report_every=every)
    return Recipe(model, data.source, plan, asked.learning_rate, asked.seed)


def with_quantizer(one: Recipe, quantizer: QuantizerSettings) -> Recipe:
    """The same recipe with another quantiser of as many codes of the same width."""
    model = one.model
    assert isinstance(model, VQVAESettings | CompositionSettings)
    codes, width = model.quantizer.codes, model.quantizer.width
    changed = replace(quantizer, codes=codes, width=width)
    return replace(one, model=replace(model, quantizer=changed))
