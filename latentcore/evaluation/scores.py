"""How good predicted class probabilities are, and how much that varies between folds.

AUC                how often a member of a class is ranked above a non-member (0.5: chance)
accuracy           share of the samples whose most probable class is theirs
balanced accuracy  mean over the classes of the share found (1/C: chance)
log loss           -mean log p(y), nats; to be read beside the one of a model that knows only
                   how frequent each class is in the training samples
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from latentcore.arrays import Array, Indices

LEAST = 1e-15  # probabilities are clipped here, as a log loss of infinity compares with nothing


@dataclass(frozen=True)
class Scores:
    """Scores of one model on the test samples of one fold.

    Those with `prior` are of a model that knows the class shares of the training samples alone.
    """

    auc: float
    balanced_accuracy: float
    log_loss: float
    prior_log_loss: float
    accuracy: float
    prior_accuracy: float
    classes: int = 2


@dataclass(frozen=True)
class Metric:
    """One of the scores: its name, how to read it and its floor, and whether higher is better.

    The floor is what the class shares alone reach.
    """

    name: str
    of: Callable[[Scores], float]
    floor: Callable[[Scores], float]
    higher: bool = True


AUC = Metric("AUC", lambda s: s.auc, lambda _: 0.5)
ACCURACY = Metric("accuracy", lambda s: s.accuracy, lambda s: s.prior_accuracy)
BALANCED = Metric("balanced accuracy", lambda s: s.balanced_accuracy, lambda s: 1 / s.classes)
LOG_LOSS = Metric("log loss", lambda s: s.log_loss, lambda s: s.prior_log_loss, higher=False)
METRICS = {metric.name: metric for metric in (AUC, ACCURACY, BALANCED, LOG_LOSS)}


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation over n folds; the deviation of one fold is unknown (NaN)."""

    mean: float
    sd: float
    n: int


def score(y: Indices, probability: Array, prior: Array) -> Scores:
    """Score probabilities (n, C) of the true classes y (n,) in 0..C-1.

    `prior` (C,) holds the class shares among the training samples.  Two classes: AUC of class 1;
    more: the mean over classes of one against the rest.  Raises ValueError when a class has no
    test sample, as its AUC is then undefined, or when a probability is not finite.
    """
    classes = probability.shape[1]
    absent = sorted(set(range(classes)) - set(y.tolist()))
    if absent:
        raise ValueError(f"no test sample of class {absent[0]}, so there is no AUC for it")
    if not np.isfinite(probability).all():
        raise ValueError("a predicted probability is not finite")
    if classes == 2:
        auc = roc_auc_score(y, probability[:, 1])
    else:
        one = [roc_auc_score(y == c, probability[:, c]) for c in range(classes)]
        auc = np.mean(one)
    answer = probability.argmax(axis=1)
    return Scores(
        float(auc),
        float(balanced_accuracy_score(y, answer)),
        log_loss(y, probability),
        log_loss(y, np.broadcast_to(prior, probability.shape)),
        float((answer == y).mean()),
        float((y == prior.argmax()).mean()),
        classes,
    )


def log_loss(y: Indices, probability: Array) -> float:
    """Mean of -log p(y), nats: classes (n,), probabilities (n, C)."""
    p = np.clip(probability[np.arange(len(y)), y], LEAST, 1)
    return float(-np.log(p).mean())


def spread(values: Iterable[float]) -> Spread:
    """Mean and standard deviation (n - 1 below the line)."""
    array = np.array(list(values), dtype=np.float64)
    if not len(array):
        return Spread(np.nan, np.nan, 0)
    sd = float(array.std(ddof=1)) if len(array) > 1 else np.nan
    return Spread(float(array.mean()), sd, len(array))
