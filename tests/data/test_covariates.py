"""A look at one column of metadata beside the classes."""

import numpy as np
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.naive_bayes import CategoricalNB

from latentcore.data.tables.covariates import look

LABELS = ["sick"] * 4 + ["well"] * 6


def test_words_are_counted_class_by_class():
    country = ["DE", "DE", "DE", "NA", "DE", "FR", "FR", "FR", "", "IT"]
    seen = look("country", country, LABELS, ("sick", "well"))
    assert not seen.numeric
    assert seen.heads == ("value", "sick", "well")
    assert seen.rows == (("DE", "3", "1"), ("FR", "0", "3"), ("IT", "0", "1"))
    assert seen.missing == 2
    assert seen.prior == pytest.approx(5 / 8)
    # DE: three sick right, the well one wrong; FR right; IT has no other: the larger class, right
    assert seen.guessed == pytest.approx(7 / 8)


def test_many_values_are_one_line():
    texts = [f"v{i // 2}" for i in range(24)]
    seen = look("batch", texts, ["a", "b"] * 12, ("a", "b"))
    assert len(seen.rows) == 9
    assert seen.rows[-1] == ("4 other values", "4", "4")


def test_numbers_by_class():
    age = [str(30 + i) for i in range(4)] + ["50", "51", "52", "53", "nan", "55"]
    seen = look("age", age, LABELS, ("sick", "well"))
    assert seen.numeric
    assert seen.rows == (
        ("sick", "4", "31.5", "30.75 – 32.25", "30 – 33"),
        ("well", "5", "52", "51 – 53", "50 – 55"),
    )
    assert seen.guessed == pytest.approx(7 / 9)  # 33 and 50 are alone between two quartiles


def test_codes_of_a_few_groups_are_words():
    seen = look("sex", ["0", "1"] * 5, LABELS, ("sick", "well"))
    assert not seen.numeric


def test_what_says_nothing_guesses_no_better_than_the_largest_class():
    rng = np.random.default_rng(0)
    labels = rng.choice(["a", "b"], 400, p=[0.3, 0.7]).tolist()
    texts = rng.choice(list("uvw"), 400).tolist()
    seen = look("noise", texts, labels, ("a", "b"))
    assert seen.guessed == pytest.approx(seen.prior, abs=0.02)
    numbered = np.array(["uvw".index(t) for t in texts])[:, None]
    model = CategoricalNB(alpha=1e-9, min_categories=3)
    other = cross_val_predict(model, numbered, labels, cv=LeaveOneOut())
    assert seen.guessed == pytest.approx(np.mean(other == np.array(labels)))


def test_an_id_of_one_sample_each_tells_nothing():
    seen = look("id", [f"s{i}" for i in range(10)], LABELS, ("sick", "well"))
    assert seen.guessed == seen.prior == 0.6
    empty = look("id", [""] * 10, LABELS, ("sick", "well"))
    assert (empty.missing, empty.rows) == (10, ())
    assert np.isnan(empty.guessed)
