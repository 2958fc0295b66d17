"""Fold scores made up for tests of what is said and drawn about them."""

import numpy as np

from latentcore.data.preparation import Recipe
from latentcore.evaluation.candidates import Setting, candidates
from latentcore.evaluation.crossvalidation import FoldScore, Predicted
from latentcore.evaluation.scores import Scores

NAMES = (
    "Logistic regression, CLR",
    "Random forest",
    "Logistic regression, CLR, top taxa",
    "Gaussian mixture",
    "Dirichlet mixture",
)
MODELS = candidates(NAMES, Setting(Recipe(), (1, 2)))


def predicted(n=30, seed=0, sharp=1.0):
    """Classes and probabilities of class 1 that are right on average."""
    rng = np.random.default_rng(seed)
    p = rng.beta(sharp, sharp, n)
    y = (rng.uniform(size=n) < p).astype(np.int32)
    y[:2] = 0, 1
    return Predicted(y, np.column_stack([1 - p, p]).astype(np.float32))


def made(models, auc=None, jitter=0.02, log_loss=0.6, repeats=1):
    """Five folds a repeat of every model around its AUC (0.6 unless told); None fails."""
    found = []
    for number, model in enumerate(models):
        mean = (auc or {}).get(model.name, 0.6)
        for repeat in range(repeats):
            for fold in range(5):
                rng = np.random.default_rng([number, repeat, fold])
                value = None
                if mean is not None:
                    at = mean + jitter * rng.standard_normal()
                    value = Scores(at, 0.5, log_loss, 0.69, at, 0.55)
                found.append(
                    FoldScore(
                        model.name,
                        repeat,
                        fold,
                        value,
                        "" if value else "ValueError: no",
                        0.5 + fold,
                        80,
                        20,
                        predicted(seed=fold) if value else None,
                    )  # fmt: skip
                )
    return found
