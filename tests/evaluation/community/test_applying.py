"""A model on a second table: the same answers for the same samples, and honest warnings."""

from dataclasses import replace

import numpy as np
import pytest

from latentcore.data.preparation import Recipe
from latentcore.data.tables import Table
from latentcore.evaluation.community.applying import apply, doubtful, scored, sentences
from latentcore.evaluation.community.fitting import fit_table
from latentcore.evaluation.community.settings import Settings
from latentcore.evaluation.scores import score
from tests.evaluation.community.made import CLASSES, EVERY, TAXA, community, fitted


def table(values, taxa=TAXA, kind="counts"):
    ids = tuple(f"id{i}" for i in range(len(values)))
    return Table(np.asarray(values, float), ids, tuple(taxa), kind)


@pytest.mark.parametrize("which", EVERY)
def test_the_same_samples_get_the_same_answers_however_they_are_named_and_ordered(which):
    found, values, _, _ = fitted(which)
    order = np.random.default_rng(0).permutation(len(TAXA))
    short = [TAXA[j].split("|")[-1] for j in order]
    applied = apply(found, table(values[:, order], short))
    np.testing.assert_allclose(applied.probability, found.predict_proba(values), rtol=1e-9)
    np.testing.assert_allclose(applied.responsibility, found.responsibilities(values), rtol=1e-9)
    np.testing.assert_array_equal(applied.predicted, found.predict_proba(values).argmax(1))
    assert not doubtful(applied)
    assert "0 by name and 12 by lineage" in sentences(applied, found)[0]


def test_units_do_not_matter_to_models_of_shares():
    found, values, _, _ = fitted("diag")
    percent = 100 * values / values.sum(1, keepdims=True)
    applied = apply(found, table(percent, kind="proportions"))
    np.testing.assert_allclose(applied.probability, found.predict_proba(values), rtol=1e-6)


def test_unseen_taxa_join_other_and_are_weighed():
    found, values, _, _ = fitted("counts")
    extra = np.hstack([values, values.sum(1, keepdims=True)])  # half of each sample is new
    applied = apply(found, table(extra, (*TAXA, "g__new")))
    said = " ".join(sentences(applied, found))
    assert doubtful(applied)
    assert "1 taxon is new to the model, with 50.0% of a sample on average, 50.0% at most" in said
    assert "joins “other”" in said and "g__new (50.0%)" in said
    features = found.features(applied.aligned.frame)
    rest = np.delete(values, found.preparation.kept_, axis=1).sum(1)
    np.testing.assert_array_equal(features[:, -1], values.sum(1) + rest)


def test_missing_taxa_are_weighed_by_what_they_held_in_the_fit():
    found, values, _, _ = fitted("dirichlet")
    applied = apply(found, table(values[:, 1:], TAXA[1:]))
    assert applied.aligned.missing == ((TAXA[0], pytest.approx(found.share[0])),)
    assert doubtful(applied)
    assert "taken as not seen" in " ".join(sentences(applied, found))


def test_proportions_are_refused_where_counts_are_needed():
    found, values, _, _ = fitted("counts")
    with pytest.raises(ValueError, match="give the counts"):
        apply(found, table(values / 7, kind="proportions"))


def test_labels_in_the_file_score_the_predictions():
    found, _, _, _ = fitted("diag", 400)
    values, y, _ = community(60, seed=5)
    applied = apply(found, table(values))
    labels = [CLASSES[c] for c in y[:50]] + ["somewhere else"] * 10
    scores, n = scored(applied, found, labels)
    assert n == 50
    assert scores == score(y[:50], found.predict_proba(values)[:50], found.prior)
    assert scores.auc > 0.8
    with pytest.raises(ValueError):
        scored(applied, found, ["well"] * 60)
    with pytest.raises(ValueError, match="no sample"):
        scored(applied, found, ["?"] * 60)


def test_a_rank_is_added_up_again():
    values, y, _ = community()
    ranks = {"genus": tuple(t.split("|")[1][3:] for t in TAXA),
             "species": tuple(t.split("|")[2][3:] for t in TAXA)}  # fmt: skip
    whole = replace(table(values), ranks=ranks)
    recipe = Recipe(rank="genus", prevalence=0.0, top=None)
    genera = recipe.table(whole)
    found = fit_table(Settings("dirichlet", 2, recipe=recipe), genera.values, genera.taxa, y,
                      CLASSES)  # fmt: skip
    applied = apply(found, whole)
    np.testing.assert_allclose(applied.probability, found.predict_proba(genera.values))
