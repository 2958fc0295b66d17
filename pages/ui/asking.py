"""What a visitor asks of a table: which label, of which classes, whose samples belong together."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from latentcore.arrays import Indices
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table
from latentcore.data.tables.covariates import Look, look
from latentcore.data.tables.table import is_missing
from pages.ui import session
from pages.ui.controls import asking as controls
from pages.ui.controls.microbiota import Source
from pages.ui.joining import Joined
from pages.ui.text import escape


@dataclass(frozen=True)
class Asked:
    """A table and the question put to it; every section of the page below works on this.

    merged: classes that were made one.  penalty: precision of the prior on the weights of the
    mixtures' heads.
    """

    samples: Joined
    label: str
    merged: tuple[str, ...]
    classes: tuple[str, ...]
    subject: str | None
    recipe: Recipe
    penalty: float

    @property
    def public(self) -> bool:
        """Whether the table is an example study, which settings in the link may quote."""
        return self.samples.key[0] != session.FILE

    @cached_property
    def whole(self) -> Table:
        """All samples and all taxa, with the classes merged."""
        table = self.samples.table
        return table.merged(self.label, self.merged) if self.merged else table

    @cached_property
    def table(self) -> Table:
        """All samples, with the taxa added up by the recipe's rank."""
        return self.recipe.table(self.whole)

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
        """The subject of each sample as a number (n,), if samples share subjects.

        A sample whose subject is not known is taken for the only one of its subject.
        """
        if self.subject is None:
            return None
        named = self.whole.metadata[self.subject]
        subjects = [f"of row {i}" if is_missing(named[i]) else f"is {named[i]}" for i in self.rows]
        numbers: Indices = np.unique(subjects, return_inverse=True)[1]
        return numbers

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The ids of the samples that take part: (n,)."""
        return tuple(self.table.sample_ids[i] for i in self.rows)

    @property
    def key(self) -> session.Key:
        """What results are remembered by; of an upload it quotes nothing, for buttons hold it."""
        question = self.label, self.merged, self.classes, self.subject
        key = *self.samples.key, *question, *astuple(self.recipe), self.penalty
        return key if self.public else (session.FILE, session.digest_of(repr(key).encode()))


def question(
    where: st.delta_generator.DeltaGenerator,
    source: Source,
    samples: Joined,
    recipe: Recipe,
    penalty: float,
) -> Asked:
    """The label, its classes and the subjects; ends the page where nothing can be asked."""
    table, public = samples.table, source.study is not None
    label, choosable = controls.label(where, table, public)
    if label is None:
        _no_label(choosable, bool(source.metadata))
        st.stop()
    if label not in table.metadata:
        st.rerun()  # a column of numbers was chosen: the next run reads it as text
    merged = controls.merged(where, table, label, source)
    table = table.merged(label, merged) if merged else table
    classes = controls.classes(where, table, label, source, merged)
    counted = table.classes(label)
    counts(counted, classes, len(table.values) - sum(counted.values()))
    subject = controls.subject(where, table, label, public)
    if len(classes) < 2:
        st.info("Choose two classes or more to tell apart.")
        st.stop()
    asked = Asked(samples, label, merged, classes, subject, recipe, penalty)
    for name in controls.covariates(table, label, public):
        _look(asked, name)
    return asked


def _no_label(choosable: bool, joined: bool) -> None:
    """Nothing to predict yet: what to choose, or what to add to the file."""
    if choosable:
        st.info(
            "No column of text names classes. If a column of numbers is the label, choose it under "
            "“Predict”; otherwise hand in metadata with a column of text that names the class of "
            "each sample."
        )
    else:
        where = "The metadata hold none either: add" if joined else "Hand in metadata with"
        st.warning(
            "No column can be predicted: none has two to twelve classes, two of them with two "
            f"samples each. {where} a column of text that names the class of each sample."
        )


def counts(classes: dict[str, int], chosen: Sequence[str], unlabelled: int) -> None:
    """How many samples each class has, and which take part."""
    said = ", ".join(
        f"**{escape(name, 60)}** {n}" if name in chosen else f"{escape(name, 60)} {n} (left out)"
        for name, n in list(classes.items())[:12]
    )
    rest = f", and {len(classes) - 12} more classes" if len(classes) > 12 else ""
    lost = f"; {unlabelled} samples without a label (empty, NA, nan, …) are left out"
    lost = lost if unlabelled else ""
    st.markdown(f"Classes: {said}{rest}{lost}.")


def _look(asked: Asked, name: str) -> None:
    """One column of metadata, class by class, and what it alone says about the class."""
    texts = [asked.whole.metadata[name][i] for i in asked.rows]
    labels = [asked.classes[c] for c in asked.y]
    seen = look(name, texts, labels, asked.classes)
    st.markdown(f"**{escape(name, 60)}** — {_said(seen)}")
    cells = [tuple(cell[:80] for cell in row) for row in seen.rows]
    heads = [head[:60] for head in seen.heads]
    columns = {j: [row[j] for row in cells] for j in range(len(heads))}
    st.dataframe(
        pd.DataFrame(columns, dtype=str),
        hide_index=True,
        column_config={str(j): st.column_config.TextColumn(h) for j, h in enumerate(heads)},
        width="content",
        alt=f"{name[:60]} in each class",
    )


def _said(seen: Look) -> str:
    """How much is missing, and how well the column alone tells the class."""
    missing = f"missing in {seen.missing:,}; " if seen.missing else ""
    if np.isnan(seen.guessed):
        return f"{missing}it says nothing of these samples."
    gain = seen.guessed - seen.prior
    warning = (
        " A model may learn this column instead of the label: be careful." if gain > 0.1 else ""
    )
    how = "its quartiles tell" if seen.numeric else "it alone tells"
    return (
        f"{missing}{how} the class of {seen.guessed:.0%} of the samples, "
        f"the largest class holds {seen.prior:.0%}.{warning}"
    )
