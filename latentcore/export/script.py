"""A Python script that repeats an analysis from the same file, with `latentcore` alone.

Everything the visitor chose is written as Python literals in plain ASCII: whatever a file or a
column is called, it stays inside its quotes and cannot turn the text around it.
"""

from dataclasses import dataclass

from latentcore.data.tables import Choices
from latentcore.evaluation.community.settings import Settings

TEMPLATE = '''\
"""Repeats an analysis of Latent Lab from the same files:  python analysis.py{usage}

Needs the folder `latentcore` of Latent Lab on the path.  Prints the numbers of the page and writes
analysis.json, model.json, parameters.csv and responsibilities.csv beside it.
"""

import json
{imports}

import numpy as np

{own}

CHOICES = {choices}
LABEL = {label}
CLASSES = {classes}
MERGED = {merged}  # classes that were made one
SUBJECT = {subject}
SETTINGS = {settings}
MODELS = {models}
COMPONENTS = {components}
FOLDS, REPEATS, STARTS, SEED = {folds}, {repeats}, {starts}, {seed}
RESAMPLES = {resamples}

{load}
if MERGED:
    table = table.merged(LABEL, MERGED)
table = SETTINGS.recipe.table(table)
rows, y = table.rows_of(LABEL, CLASSES)
values = table.values[rows]
ids = [table.sample_ids[i] for i in rows]
groups = None
if SUBJECT is not None:
    subjects = np.array(table.metadata[SUBJECT])[rows]
    groups = np.unique(subjects, return_inverse=True)[1]

fitted = fit_table(SETTINGS, values, table.taxa, y, CLASSES)
judged = fitted.ended.criteria
print(SETTINGS.name)
print("log-likelihood of (x, y)", judged.log_likelihood, "BIC", judged.bic, "ICL", judged.icl)
print("weights", fitted.mixture.weight)

again = list(resamples(fitted, values, y, groups, range(RESAMPLES)))
for sentence in stability(again, len(fitted.mixture)):
    print(sentence)

setting = Setting(
    SETTINGS.recipe, COMPONENTS, penalty=SETTINGS.penalty, starts=STARTS, seed=SEED,
    counts=table.kind == "counts",
)
models = candidates(MODELS, setting)
data = Labelled(values, y, classes=CLASSES)
found = list(
    cross_validate({{c.name: c.model for c in models}}, data, FOLDS, REPEATS, SEED, groups)
) if models else []
scores = {{}}
for summary in summarise(models, found):
    scores[summary.name] = {{name: summary.of(m).mean for name, m in METRICS.items()}}
    print(summary.name, scores[summary.name])
for sentence in verdict(summarise(models, found), len(y), METRICS[{metric}]):
    print(sentence)

Path("model.json").write_text(model.dumps(fitted), encoding="utf-8")
Path("parameters.csv").write_text(tables.parameters(fitted), encoding="utf-8")
Path("responsibilities.csv").write_text(
    tables.responsibilities(fitted, values, ids, y), encoding="utf-8"
)
numbers = {{
    "log_likelihood": judged.log_likelihood,
    "bic": judged.bic,
    "icl": judged.icl,
    "weights": fitted.mixture.weight.tolist(),
    "rand": [r.rand for r in again],
    "scores": scores,
}}
Path("analysis.json").write_text(json.dumps(numbers, indent=1), encoding="utf-8")
'''
OWN = """\
from latentcore.data.labelled import Labelled
from latentcore.data.preparation import Recipe  # noqa: F401 (part of the settings)
from latentcore.data.studies import load
from latentcore.data.tables import Choices  # noqa: F401 (part of the settings)
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.resampling import resamples
from latentcore.evaluation.community.resampling import sentences as stability
from latentcore.evaluation.community.settings import Settings
from latentcore.evaluation.crossvalidation import cross_validate
from latentcore.evaluation.scores import METRICS
from latentcore.evaluation.summary import summarise
from latentcore.evaluation.verdict import sentences as verdict
from latentcore.export import model, tables"""
OF_FILES = "data.tables import joining, metadata, read_several  # noqa: F401"
STUDY = """\
table = load({study})
"""
FILES = """\
FILES = {files}
DIGESTS = {digests}  # SHA-256 of each file


def given(number: int) -> tuple[str, bytes]:
    \"\"\"Name and bytes of a file: from the command line, or as it was named.\"\"\"
    raw = Path(sys.argv[1 + number] if len(sys.argv) > 1 + number else FILES[number]).read_bytes()
    if hashlib.sha256(raw).hexdigest() != DIGESTS[number]:
        raise SystemExit(f"{{FILES[number]}} is not the file that was analysed")
    return FILES[number], raw


files = [given(number) for number in range(len(FILES))]
table = read_several(files[:{tables}], CHOICES)
if LABEL in table.taxa:  # a label of numbers
    table = read_several(files[:{tables}], replace(CHOICES, label=LABEL))
{join}"""
JOIN = """\
found = joining.find(table, metadata.read(*files[-1]), {column})
table = joining.join(table, found, near={near})
"""


@dataclass(frozen=True)
class Origin:
    """Where the table comes from: the name of a study, or names and digests of files.

    `tables` of the files are tables; the last may hold metadata besides, whose ids are in
    `column` ("" where there are none), near matches included or not.
    """

    study: str | None = None
    files: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    tables: int = 1
    column: str = ""
    near: bool = False


@dataclass(frozen=True)
class Analysis:
    """Everything an analysis depends on besides the bytes of the file."""

    origin: Origin
    choices: Choices
    label: str
    classes: tuple[str, ...]
    merged: tuple[str, ...]
    subject: str | None
    settings: Settings
    resamples: int
    models: tuple[str, ...] = ()
    components: tuple[int, ...] = (1, 2)
    folds: int = 5
    repeats: int = 2
    starts: int = 5
    seed: int = 0
    metric: str = "AUC"


def script(analysis: Analysis) -> str:
    """The program as text."""
    origin = analysis.origin
    if origin.study is not None:
        load, own, usage = STUDY.format(study=ascii(origin.study)), OWN, ""
        imports = "from pathlib import Path"
    else:
        load = FILES.format(
            files=ascii(origin.files), digests=ascii(origin.digests), tables=origin.tables,
            join=JOIN.format(column=ascii(origin.column), near=origin.near) * bool(origin.column),
        )  # fmt: skip
        own, usage = OWN.replace("data.studies import load", OF_FILES), " [FILE ...]"
        imports = (
            "import hashlib\nimport sys\nfrom dataclasses import replace\nfrom pathlib import Path"
        )
    return TEMPLATE.format(
        usage=usage,
        imports=imports,
        own=own,
        load=load,
        choices=ascii(analysis.choices),
        label=ascii(analysis.label),
        classes=ascii(analysis.classes),
        merged=ascii(analysis.merged),
        subject=ascii(analysis.subject),
        settings=ascii(analysis.settings),
        models=ascii(analysis.models),
        components=ascii(analysis.components),
        folds=analysis.folds,
        repeats=analysis.repeats,
        starts=analysis.starts,
        seed=analysis.seed,
        resamples=analysis.resamples,
        metric=ascii(analysis.metric),
    )
