"""What every step of a recipe does to a table."""

import numpy as np
import pytest

from latentcore.data.preparation import Recipe
from latentcore.data.preparation.ledger import ledger
from latentcore.data.tables import read

HEADER = "id,k__B|p__F|g__X|s__a,k__B|p__F|g__X|s__b,k__B|p__F|g__|s__c,k__B|p__G|g__Y|s__d\n"
ROWS = ["1,1,2,0", "2,0,2,0", "4,0,0,0", "3,1,0,0", "0,0,0,9"]


@pytest.fixture
def table():
    return read("t.csv", (HEADER + "".join(f"s{i},{r}\n" for i, r in enumerate(ROWS))).encode())


def steps(table, rows=(0, 1, 2, 3), **recipe):
    found = list(ledger(table, np.array(rows), Recipe(**recipe)))
    return {step.name: step for step in found}


def test_each_step_by_hand(table):
    found = steps(table, prevalence=0.75, top=1, delta=0.01)
    values = {name: (s.samples, s.parts, round(s.held, 6)) for name, s in found.items()}
    assert values == {
        "As read": (5, 4, 1),
        "Samples of the chosen classes": (4, 3, 1),
        "Seen in 75% of the samples": (4, 1, (1 / 4 + 2 / 4 + 1 + 3 / 4) / 4),
        "The 1 most abundant": (4, 1, 0.625),
        "The rest as one part": (4, 2, 1),
        "Each sample divided by its total": (4, 2, 1),
        "Zeros replaced": (4, 2, 1),
        "Log-ratios (clr), for Gaussians": (4, 2, 1),
    }
    assert found["As read"].zeros == pytest.approx(11 / 20)
    assert found["Each sample divided by its total"].zeros == pytest.approx(1 / 8)
    assert found["Zeros replaced"].zeros == 0
    assert found["Zeros replaced"].note == "by 0.01 (median), 0.25% of a sample in all"


def test_rank_and_abundance_have_steps_of_their_own(table):
    found = steps(table, prevalence=0.0, abundance=0.3, rank="genus", ratios="ilr")
    added = found["Added up by genus"]
    assert (added.parts, added.note) == (3, "75% of a sample has a name at this rank")
    assert found["Hold 30.000% of a sample"].parts == 1
    assert found["Log-ratios (ilr), for Gaussians"].parts == 1


def test_the_last_step_is_what_the_transformer_gives(table):
    recipe = Recipe(prevalence=0.25, top=2, ratios="ilr")
    x = table.values[:4]
    found = steps(table, prevalence=0.25, top=2, ratios="ilr")
    assert (
        found["Zeros replaced"].parts == recipe.transformer("simplex", 2).fit_transform(x).shape[1]
    )
    last = list(found.values())[-1]
    assert last.parts == recipe.transformer("ilr", 2).fit_transform(x).shape[1]


def test_a_recipe_that_leaves_nothing_says_so(table):
    with pytest.raises(ValueError, match="lower the prevalence"):
        steps(table, rows=(2,), prevalence=1.0)
    with pytest.raises(ValueError, match="they would fill the whole sample"):
        steps(table, prevalence=0.0, delta=0.9)
