"""The CSV files say what the model says."""

import io

import numpy as np
import pandas as pd
import pytest

from latentcore.data.tables import Table, read
from latentcore.evaluation.community.applying import apply
from latentcore.evaluation.community.contrasts import contrasts
from latentcore.evaluation.community.looking import look
from latentcore.evaluation.community.resampling import resamples
from latentcore.export import tables
from latentcore.figures.fitted_table import of_heads
from tests.evaluation.community.made import CLASSES, EVERY, fitted


def frame(text):
    return pd.read_csv(io.StringIO(text), keep_default_na=True)


def ids(values):
    return [f"s{i}" for i in range(len(values))]


@pytest.mark.parametrize("which", EVERY)
def test_the_prepared_table_is_what_the_model_reads(which):
    found, values, y, _ = fitted(which)
    read_back = frame(tables.processed(found, values, ids(values), "state", y))
    np.testing.assert_array_equal(read_back.iloc[:, 2:].to_numpy(float), found.features(values))
    assert list(read_back["sample"]) == ids(values)
    assert list(read_back["state"]) == [CLASSES[c] for c in y]


def test_the_prepared_table_can_be_handed_in_again():
    found, values, y, _ = fitted("counts")
    again = read("p.csv", tables.processed(found, values, ids(values), "state", y).encode())
    assert again.classes("state") == {"well": int((y == 0).sum()), "sick": int((y == 1).sum())}
    np.testing.assert_array_equal(again.values, found.features(values))


@pytest.mark.parametrize("which", EVERY)
def test_parameters_are_complete(which):
    found, values, y, _ = fitted(which)
    again = list(resamples(found, values, y, None, range(2)))
    spread = of_heads(look(found, values), again)
    rows = frame(tables.parameters(found, spread)).set_index(["component", "quantity"])
    for k in range(2):
        assert rows.loc[(k + 1, "weight"), "value"].item() == found.mixture.weight[k]
        share = rows.loc[(k + 1, "share at the centre")]
        np.testing.assert_array_equal(share["value"], found.profiles[k])
        assert list(share["part"]) == list(found.parts)
        np.testing.assert_array_equal(
            rows.loc[(k + 1, "coefficient"), "value"], found.mixture.heads.weight[k, 0]
        )
        per = [q for c, q in rows.index if q.startswith("log-odds")][0]
        np.testing.assert_array_equal(
            rows.loc[(k + 1, per), "value"], contrasts(found.settings, found.mixture)[k, 0]
        )
        np.testing.assert_allclose(rows.loc[(k + 1, per), "low"], spread.low[k, 0])
        np.testing.assert_allclose(rows.loc[(k + 1, per), "high"], spread.high[k, 0])
    family = {"dirichlet": "concentration", "counts": "concentration"}.get(which, "variance")
    assert (rows.loc[(1, family), "value"] > 0).all()


def test_responsibilities_and_predictions():
    found, values, y, _ = fitted("diag")
    mine = frame(tables.responsibilities(found, values, ids(values), y))
    tau = found.responsibilities(values)
    np.testing.assert_array_equal(mine[["component 1", "component 2"]], tau)
    np.testing.assert_array_equal(mine["component"] - 1, tau.argmax(1))
    np.testing.assert_array_equal(mine[["p(well)", "p(sick)"]], found.predict_proba(values))
    second = Table(values[:5], ("=cmd", "+b", "-c", "@d", "e"), found.taxa, "counts")
    theirs = frame(tables.predictions(found, apply(found, second)))
    assert list(theirs["sample"]) == ["'=cmd", "'+b", "'-c", "'@d", "e"]
    np.testing.assert_allclose(theirs[["p(well)", "p(sick)"]], found.predict_proba(values[:5]))
    assert set(theirs["predicted"]) <= set(CLASSES)
    assert (theirs["share in known taxa"] == 1).all()
