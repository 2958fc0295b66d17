"""What a visitor asks of a table: which label, of which classes, whose samples belong together."""

from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from latentcore.arrays import Indices
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table
from pages.ui import reading, session
from pages.ui.controls import microbiota as controls


@dataclass(frozen=True)
class Asked:
    """A table and the question put to it; every section of the page below works on this.

    penalty: precision of the prior on the weights of the mixtures' heads.
    """

    source: controls.Source
    table: Table
    label: str
    classes: tuple[str, ...]
    subject: str | None
    recipe: Recipe
    penalty: float

    @property
    def public(self) -> bool:
        """Whether the table is an example study, which settings in the link may quote."""
        return self.source.study is not None

    @cached_property
    def _rows(self) -> tuple[Indices, Indices]:
        return self.table.rows_of(self.label, self.classes)

    @property
    def rows(self) -> Indices:
        """Positions in the table of the samples that take part: (n,)."""
        return self._rows[0]

    @property
    def y(self) -> Indices:
        """The class of each of them: (n,)."""
        return self._rows[1]

    @cached_property
    def data(self) -> Labelled:
        """Abundances (n, D) and classes (n,) of the samples that take part."""
        return Labelled(self.table.values[self.rows], self.y, classes=self.classes)

    @cached_property
    def groups(self) -> Indices | None:
        """The subject of each sample as a number (n,), if samples share subjects."""
        if self.subject is None:
            return None
        subjects = np.array(self.table.metadata[self.subject])[self.rows]
        numbers: Indices = np.unique(subjects, return_inverse=True)[1]
        return numbers

    @property
    def key(self) -> session.Key:
        """What results are remembered by; for an upload it begins with session.FILE."""
        question = self.label, self.classes, self.subject
        return (*self.source.origin, *question, *astuple(self.recipe), self.penalty)


def question(
    where: st.delta_generator.DeltaGenerator,
    source: controls.Source,
    read: reading.Read,
    recipe: Recipe,
    penalty: float,
) -> Asked:
    """The classes to tell apart and the subjects; ends the page where nothing can be asked."""
    table, label, public = read.table, read.label, source.study is not None
    if label is None:
        reading.no_label(read.choosable)
        st.stop()
    classes = controls.classes(where, table, label, source)
    counted = table.classes(label)
    reading.counts(counted, classes, len(table.values) - sum(counted.values()))
    subject = controls.subject(where, table, label, public)
    if len(classes) < 2:
        st.info("Choose two classes or more to tell apart.")
        st.stop()
    return Asked(source, table, label, classes, subject, recipe, penalty)
