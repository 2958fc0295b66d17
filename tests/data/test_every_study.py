"""All 93 studies can be read and prepared, with their taxa added up by rank."""

import numpy as np
import pytest

from latentcore.data import studies
from latentcore.data.preparation import Recipe


@pytest.mark.parametrize("name", [study.name for study in studies.studies()])
def test_a_study_is_read_added_up_and_prepared(name):
    table = studies.load(name)
    recipe = Recipe(rank="genus")
    added = recipe.table(table)
    np.testing.assert_allclose(added.totals, table.totals)
    made = recipe.transformer("simplex", 50).fit_transform(added.values)
    assert (made > 0).all()
    np.testing.assert_allclose(made.sum(axis=1), 1)
