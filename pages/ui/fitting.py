"""A mixture on the whole table: fitted when asked for, then resampled while its pictures follow."""

from collections.abc import Sequence

import streamlit as st

from latentcore.data.labelled import Labelled
from latentcore.evaluation.community import looking, resampling
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.looking import Looked, look
from latentcore.evaluation.community.resampling import Resample, resamples
from latentcore.figures.fitted_table import pictures
from latentcore.figures.picture import Picture
from pages.ui import choosing, session
from pages.ui.asking import Asked
from pages.ui.chart import chart, charts
from pages.ui.controls import choosing as how_many
from pages.ui.controls import community as controls
from pages.ui.controls.comparing import run
from pages.ui.text import escape

SLOT = "fit"
BESIDE = 3  # components; pictures with a column or a line for each of more need the whole width


class View:
    """The places on the page of one fit, filled with what is known for its settings."""

    def __init__(self, asked: Asked, chosen: controls.Chosen) -> None:
        self.asked, self.chosen = asked, chosen
        self.key = key = (*asked.key, SLOT, chosen.settings)
        known = session.results(key)
        self.looked: Looked | None = next((r for r in known if isinstance(r, Looked)), None)
        failure = next((r for r in known if isinstance(r, str)), None)
        self.resamples = [
            r for r in known if isinstance(r, Resample) and r.number < chosen.resamples
        ]
        of, done = 1 + chosen.resamples, bool(known) + len(self.resamples)
        self.running = session.running(SLOT, key) and done < of and failure is None
        button, bar = st.columns([2, 3], vertical_alignment="center")
        with button:
            run(SLOT, done, of, self.running, lambda: session.start(SLOT, key))
        self.progress = bar.empty()
        if failure is not None:
            st.error(escape(failure, 600), icon=":material/error:")
        self.place = st.empty()
        self._draw()

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, with sample ids on hovering; none before the fit."""
        return () if self.looked is None else self._pictures(self.asked.names)

    def run(self) -> None:
        """Fit, or resample what is missing, if it was asked for, and show the page again."""
        if not self.running:
            return
        asked, settings = self.asked, self.chosen.settings
        values, y = asked.data.x, asked.y
        if self.looked is None:
            self.progress.progress(0.0, "fitting")
            try:
                fitted = fit_table(settings, values, asked.table.taxa, y, asked.classes)
                session.keep(self.key, look(fitted, values))
            except ValueError as trouble:
                session.keep(self.key, f"{trouble}.")
                session.stop(SLOT)
            st.rerun()  # everything below the fit is drawn with it; resampling goes on after that
        have = {r.number for r in self.resamples}
        missing = [n for n in range(self.chosen.resamples) if n not in have]
        for found in resamples(self.looked.fitted, values, y, asked.groups, missing):
            session.keep(self.key, found)
            self.resamples.append(found)
            done, of = len(self.resamples), self.chosen.resamples
            self.progress.progress(done / of, f"{done} of {of} resampled tables")
            if done % 10 == 0 and done < of:
                self._draw()
        session.stop(SLOT)
        st.rerun()

    def _draw(self) -> None:
        if self.looked is None:
            return
        named = {p.name: p for p in self.pictures}
        key = f"-{len(self.resamples)}"
        with self.place.container():
            _words(looking.sentences(self.looked, self.asked.y))
            charts((named["aitchison"], named["bray-curtis"]), key)
            detailed = [named["profiles"], named["contrasts"]]
            few = len(self.looked.fitted.mixture) <= BESIDE
            for row in [detailed] if few else [[picture] for picture in detailed]:
                charts(row, key)
            chart(named["abundant"], key)
            chart(named["responsibilities"], key)
            if self.resamples:
                _words(resampling.sentences(self.resamples, len(self.looked.fitted.mixture)))
            if "stability" in named:
                chart(named["stability"], key)

    def _pictures(self, names: Sequence[str]) -> tuple[Picture, ...]:
        assert self.looked is not None
        return pictures(self.looked, self.resamples, self.asked.y, names)


def choose(asked: Asked, chosen: controls.Chosen) -> choosing.View:
    """BIC, ICL and cross-validated likelihood over K for the family that is to be fitted."""
    settings = chosen.settings
    with st.expander("How many components?"):
        choosing.explain()
        st.caption(
            "Here the taxa are chosen, and zeros replaced, once for all samples: labels take no "
            "part in that, and densities of the same features can be compared."
        )
        wanted = how_many.asked(settings.seed)
        try:
            features = settings.preparation().fit_transform(asked.data.x)
        except ValueError as trouble:
            st.error(escape(f"{trouble}.", 600), icon=":material/error:")
            st.stop()
        data = Labelled(features, asked.y, classes=asked.classes)
        key = (*asked.key, settings.family, settings.covariance)
        return choosing.View(choosing.Question(settings.plan(), data), wanted, key)


def _words(sentences: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {escape(sentence, 600)}" for sentence in sentences))
