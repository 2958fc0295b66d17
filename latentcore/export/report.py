"""The sections of a report on one table: data, settings, fit, comparison, versions.

Sample ids are left out: a report is passed on, and ids with a diagnosis are health data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latentcore.arrays import Array, Indices
from latentcore.evaluation.community import looking, resampling
from latentcore.evaluation.community.contrasts import Spread, leading, unit
from latentcore.evaluation.community.looking import Looked
from latentcore.evaluation.community.resampling import Resample
from latentcore.evaluation.curves import LEAST, calibration
from latentcore.evaluation.scores import METRICS, Metric
from latentcore.evaluation.scores import Spread as Scored
from latentcore.evaluation.summary import Summary
from latentcore.evaluation.verdict import sentences
from latentcore.export.pages import Section
from latentcore.export.script import Analysis
from latentcore.export.versions import versions
from latentcore.figures import benchmark
from latentcore.figures.curves import curves
from latentcore.figures.fitted_table import of_heads, pictures
from latentcore.figures.picture import Picture

MOST = 20  # taxa in the table of contrasts


@dataclass(frozen=True)
class Found:
    """What is known: abundances (N, D) and classes (N,), the fit, resamples, the comparison."""

    values: Array
    y: Indices
    looked: Looked
    resamples: Sequence[Resample] = ()
    summaries: Sequence[Summary] = ()


def sections(analysis: Analysis, found: Found, metric: Metric) -> list[Section]:
    """A report's sections in reading order."""
    return [
        _data(analysis, found),
        _settings(analysis),
        _fit(found),
        *_comparison(found, metric),
        Section(
            "Versions",
            ("The same versions, files and settings give the same numbers.",),
            (("package", "version"), *versions().items()),
        ),
    ]


def compared(found: Found, metric: Metric) -> tuple[Picture, ...]:
    """The pictures of the comparison, if it has run."""
    if not any(s.scored for s in found.summaries):
        return ()
    calibrated = len(found.y) >= LEAST
    drawn = [
        Picture(
            "folds",
            f"{metric.name} of every fold, mean and standard deviation of each model; the dotted "
            "line is what the class shares alone reach",
            benchmark.dots(found.summaries, metric),
        )
    ]
    if any(s.predicted for s in found.summaries):
        drawn.append(
            Picture(
                "curves",
                "ROC curves averaged over the folds" + ", and calibration" * calibrated,
                curves(found.summaries, metric, calibrated),
            )
        )
    return tuple(drawn)


def _data(analysis: Analysis, found: Found) -> Section:
    counted = np.bincount(found.y, minlength=len(analysis.classes))
    zeros = (found.values == 0).mean()
    rows = [
        ("what", "value"),
        ("samples", f"{len(found.values):,}"),
        ("taxa", f"{found.values.shape[1]:,}"),
        ("cells that are zero", f"{zeros:.0%}"),
        ("label", analysis.label),
        *((f"class {name}", f"{c:,}") for name, c in zip(analysis.classes, counted, strict=True)),
    ]
    origin = analysis.origin
    if origin.study is not None:
        rows.append(("study", origin.study))
    rows += [("SHA-256 of a file", digest) for digest in origin.digests]
    return Section("Data", ("Sample ids are left out of this report.",), rows)


def _settings(analysis: Analysis) -> Section:
    settings, recipe = analysis.settings, analysis.settings.recipe
    zero = "half the smallest share of its sample" if recipe.delta is None else f"{recipe.delta:g}"
    rows = [
        ("setting", "value"),
        ("model", settings.name),
        ("least prevalence", f"{recipe.prevalence:.0%}"),
        ("least mean share", f"{recipe.abundance:.3%}"),
        ("taxa added up by", recipe.rank or "nothing"),
        ("taxa seen by the mixtures", "all" if recipe.top is None else str(recipe.top)),
        ("a zero becomes", zero if settings.output != "counts" else "nothing: counts are kept"),
        ("the model reads", settings.output),
        ("penalty on the weights of the heads", f"{settings.penalty:g}"),
        ("starts", str(settings.starts)),
        ("seed", str(settings.seed)),
        ("column that names the subject", analysis.subject or "none: every sample is its own"),
        ("cross-validation", f"{analysis.repeats} × {analysis.folds} folds, stratified"),
    ]
    return Section("Settings", (), rows)


def _fit(found: Found) -> Section:
    looked, again = found.looked, list(found.resamples)
    words = list(looking.sentences(looked, found.y))
    if again:
        words += resampling.sentences(again, len(looked.fitted.mixture))
    spread = of_heads(looked, again)
    return Section("Fit", words, _contrasts(looked, spread), pictures(looked, again, found.y))


def _contrasts(looked: Looked, spread: Spread) -> list[tuple[str, ...]]:
    """The taxa that the heads use most."""
    fitted = looked.fitted
    per = f"log-odds per {unit(fitted.settings).name}"
    rows: list[tuple[str, ...]] = [
        ("taxon", "component", "class", per, "middle 95 % of resampled tables")
    ]
    for j in leading(spread, MOST):
        for k in range(len(fitted.mixture)):
            for c, name in enumerate(fitted.classes[1:]):
                low, high = spread.low[k, c, j], spread.high[k, c, j]
                known = "" if np.isnan(low) else f"{low:+.3f} to {high:+.3f}"
                value = f"{spread.fitted[k, c, j]:+.3f}"
                rows.append((fitted.parts[j], str(k + 1), name, value, known))
    return rows


def _comparison(found: Found, metric: Metric) -> list[Section]:
    if not any(s.scored for s in found.summaries):
        return []
    scored = next(s for s in found.summaries if s.scored)
    header = ("model", *METRICS, "calibration error")
    alone = ("class shares alone", *(f"{scored.floor(m).mean:.3f}" for m in METRICS.values()), "")
    rows = [header, *(_row(s, len(found.y)) for s in found.summaries if s.scored), alone]
    words = sentences(found.summaries, len(found.y), metric)
    return [Section("Comparison", words, rows, compared(found, metric))]


def _row(summary: Summary, samples: int) -> tuple[str, ...]:
    error = ""
    if samples >= LEAST and summary.predicted:
        error = f"{calibration(summary.predicted).error:.3f}"
    return (summary.name, *(_spread(summary.of(m)) for m in METRICS.values()), error)


def _spread(found: Scored) -> str:
    return f"{found.mean:.3f}" + (f" ± {found.sd:.3f}" if found.n > 1 else "")
