"""Contrasts are what they claim: the change of the log-odds when a taxon changes."""

import numpy as np
import pytest

from latentcore.data.preparation.composition import closure, clr, ilr
from latentcore.evaluation.community.contrasts import (
    contrasts,
    leading,
    spread,
    unit,
)
from latentcore.mixture.mixture import Mixture
from tests.evaluation.community.made import EVERY, fitted


def odds(found, parts):
    """Log-odds of class 1 under every head, of one positive closed composition."""
    heads = found.mixture.heads
    read = {"simplex": np.copy, "clr": clr, "ilr": ilr, "counts": clr}[found.settings.output]
    return heads.intercept[:, 0] + heads.weight[:, 0] @ read(parts)[0]


@pytest.mark.parametrize("which", EVERY)
def test_a_contrast_is_the_change_of_the_log_odds(which):
    found, values, _, _ = fitted(which)
    each = contrasts(found.settings, found.mixture)
    np.testing.assert_allclose(each.sum(2), 0, atol=1e-12)
    before = found.like("simplex").transform(values[:1])
    for j in range(len(found.parts)):
        after = before.copy()
        if which == "dirichlet":  # one percentage point, of the others alike
            p = len(found.parts)
            after -= 0.01 / (p - 1)
            after[0, j] = before[0, j] + 0.01
            expected = each[:, 0, j] * p / (p - 1)
        else:  # twice as much, the ratios of the others as they were
            after[0, j] *= 2
            after = closure(after)
            expected = each[:, 0, j]
        np.testing.assert_allclose(odds(found, after) - odds(found, before), expected, atol=1e-9)


def test_the_pair_that_the_label_depends_on_leads_with_opposite_signs_in_the_two_kinds():
    found, values, _, _ = fitted("diag", 400)
    each = contrasts(found.settings, found.mixture)
    first = found.parts[leading(spread(each, []), 1)[0]]
    assert first.endswith(("s__S8", "s__S9"))
    own = found.responsibilities(values).argmax(1)
    even = own[0]  # the first sample is of kind 0, where S8 raises the log-odds
    j = found.parts.index("k__Bacteria|g__G4|s__S8")
    assert each[even, 0, j] > 0 > each[1 - even, 0, j]


def test_units_are_named():
    assert unit(EVERY["dirichlet"]).name == "percentage point"
    assert unit(EVERY["counts"]).name == unit(EVERY["full"]).name == "doubling"


def test_the_spread_is_the_middle_of_resampled_tables():
    rng = np.random.default_rng(0)
    many = [rng.normal([[[2.5, 0.0, -2.5]]], 1.0) for _ in range(4000)]
    many += [np.full((1, 1, 3), np.nan)]  # a component that was lost once
    found = spread(np.array([[[2.5, 0.0, -2.5]]]), many)
    np.testing.assert_allclose(found.low[0, 0], [0.54, -1.96, -4.46], atol=0.15)
    np.testing.assert_allclose(found.high[0, 0], [4.46, 1.96, -0.54], atol=0.15)
    assert found.clear[0, 0].tolist() == [True, False, True]


def test_nothing_resampled_is_nothing_known():
    for resampled in ([], [np.full((1, 1, 2), np.nan)]):
        found = spread(np.ones((1, 1, 2)), resampled)
        assert np.isnan(found.low).all() and not found.clear.any()


def test_a_mixture_without_heads_uses_nothing():
    found, _, _, _ = fitted("diag")
    bare = Mixture(found.mixture.log_weight, found.mixture.components)
    with pytest.raises(ValueError, match="no heads"):
        contrasts(found.settings, bare)
