"""The studies that come with plntree, read without importing it."""

import subprocess
import sys

import pytest

from latentcore.data import studies
from latentcore.data.tables import TableError


def test_list_of_studies():
    found = {study.name: study for study in studies.studies()}
    assert len(found) == 93
    assert (found["ZhuF_2020"].samples, found["ZhuF_2020"].taxa) == (171, 480)
    assert found["ZhuF_2020"].labels["study_condition"] == {"schizophrenia": 90, "control": 81}


@pytest.mark.parametrize(
    ("name", "classes", "sizes"),
    [
        ("ZhuF_2020", ("control", "schizophrenia"), [81, 90]),
        ("ZellerG_2014", ("control", "CRC"), [61, 53]),
    ],
)
def test_reference_tasks(name, classes, sizes):
    table = studies.load(name)
    rows, y = table.rows_of("study_condition", classes)
    assert [int((y == c).sum()) for c in (0, 1)] == sizes
    assert len(rows) == sum(sizes)
    assert table.kind == "proportions"
    assert table.taxa[0].startswith("k__")
    assert "age" in table.metadata


def test_an_unknown_study_gets_a_sentence():
    for name in ("Nobody_1999", "../metadata"):
        with pytest.raises(TableError, match="no study"):
            studies.load(name)


def test_absence_gets_a_sentence(monkeypatch):
    monkeypatch.setattr(studies, "find_spec", lambda _: None)
    with pytest.raises(studies.StudiesAbsent, match="pip install --no-deps plntree"):
        studies.studies()


def test_plntree_is_not_imported():
    code = (
        "import sys\nfrom latentcore.data import studies\nstudies.load('ZhuF_2020')\n"
        "assert not {'plntree', 'torch', 'seaborn'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
