"""What the criteria say about K, in sentences that name the criterion."""

from collections.abc import Mapping, Sequence

from latentcore.evaluation.choosing import NAMES, Choice, chosen, simpler


def sentences(panels: Mapping[str, Sequence[Choice]], truth: int | None = None) -> tuple[str, ...]:
    """Which K each criterion chooses for each density (its title -> its choices), and how surely.

    `truth` is the number of components the samples came from, where that is known.
    """
    said = [sentence for title, found in panels.items() for sentence in _chosen(title, found)]
    known = f"The samples were drawn from K = {truth}." if said and truth else ""
    return (*said, *filter(None, [known]), *_starts(panels))


def _chosen(title: str, found: Sequence[Choice]) -> list[str]:
    best = chosen(found)
    if len(found) < 2 or not best:
        return []
    groups: dict[int, list[str]] = {}
    for name, k in best.items():
        groups.setdefault(k, []).append(NAMES[name])
    parts = [f"{_and(names)} choose{'s' * (len(names) == 1)} K = {k}"
             for k, names in sorted(groups.items())]  # fmt: skip
    said = f"{title}: {', '.join(parts)}."
    less = simpler(found)
    if less is not None:
        k, gap = less
        said += (
            f" On held-out samples K = {k} cannot be told from K = {best['CV']}: "
            f"{gap.mean:.3f} ± {gap.half_width:.3f} nats per sample."
        )
    last = found[-1].components
    if last in best.values():
        said += f" K = {last} is the largest tried: more may be better still."
    return [said]


def _starts(panels: Mapping[str, Sequence[Choice]]) -> list[str]:
    """Where the starts disagree, so that the best may not have been found."""
    said = []
    for title, found in panels.items():
        apart = [c for c in found if c.optima and c.optima[0].starts == 1 < len(c.optima)]
        if apart:
            ks = ", ".join(str(c.components) for c in apart)
            said.append(
                f"{title}: at K = {ks} only one start reaches the best optimum found, so another "
                "may be better still. More starts would tell."
            )
        lost = sum(c.lost for c in found)
        if lost:
            said.append(f"{title}: {lost} start{'s' * (lost > 1)} degenerated and took no part.")
        unfinished = sum(c.unfinished for c in found)
        if unfinished:
            said.append(
                f"{title}: {unfinished} start{'s' * (unfinished > 1)} had not converged at the "
                "limit of iterations; where they stood counts as an optimum."
            )
        said += [f"{title}, K = {c.components}: {c.failure}" for c in found if c.failure]
    return said


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
