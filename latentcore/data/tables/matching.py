"""Which row of the metadata belongs to which sample, when the ids were not left as they were.

    the same -> without quotes -> whatever the case -> with R's changes undone

R puts an X before a name that begins with a digit and a point for every sign it does not like
(`12-a b` becomes `X12.a.b`), spreadsheets change case and quotes.  Each step looks only at what the
steps before left over, and pairs two ids only if neither fits another; what fits several is
ambiguous and is left to a person.

Near matches are suggestions: endings of sequencing files, lost zeros, what all ids of one file
begin or end with (Sample_1, 1_profile), or a few other letters.
The numbers in two near ids are the same, because S12 and S13 are two samples, however alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix
from unicodedata import normalize

from latentcore.data.tables.naming import is_id

ALIKE = 0.75  # least similarity of near ids, as difflib measures it
COMPARED = 20_000  # pairs of ids that difflib looks at
ZEROS = re.compile(r"(?<!\d)0+(?=\d)")  # that a number begins with
ENDINGS = re.compile(
    r"(?:\.(?:fastq|fq|fasta|fa|gz|bam|sam|txt|tsv|csv|profile|k?report2?|bracken|r[12]|s\d+|"
    r"l\d{3}|001|paired|trimmed|filtered|(?:[12](?=\.(?:fastq|fq)\b))))+$"
)


@dataclass(frozen=True)
class Near:
    """A suggestion: a sample, a row, and why they may belong together."""

    sample: int
    row: int
    why: str


@dataclass(frozen=True)
class Ambiguous:
    """Samples and rows whose ids cannot be told apart."""

    samples: tuple[int, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Matching:
    """pairs: sample -> row; steps: how many pairs each step found; and what is left over."""

    pairs: Mapping[int, int]
    steps: Mapping[str, int]
    near: tuple[Near, ...]
    ambiguous: tuple[Ambiguous, ...]
    samples: tuple[int, ...]
    rows: tuple[int, ...]


def bare(name: str) -> str:
    """Without blanks and quotation marks at the ends, accents written in one way."""
    return normalize("NFC", name).strip().strip("\"'\u2018\u2019\u201c\u201d`").strip()


def plain(name: str) -> str:
    """As R would write it, without the X it may have put before it, in small letters."""
    points = re.sub(r"[\W_]+", ".", bare(name).casefold()).strip(".")
    return re.sub(r"^x\.?(?=\d)", "", points)


STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("letter by letter", str),
    ("without quotation marks", bare),
    ("whatever the case", lambda name: bare(name).casefold()),
    ("with R's changes undone", plain),
)


def match(samples: Sequence[str], rows: Sequence[str]) -> Matching:
    """Ids of a table and ids in the metadata -> which belong together."""
    left, right = set(range(len(samples))), {i for i, name in enumerate(rows) if bare(name)}
    pairs: dict[int, int] = {}
    steps: dict[str, int] = {}
    ambiguous: list[Ambiguous] = []
    for step, key in STEPS:
        ours, theirs = _by(key, samples, left), _by(key, rows, right)
        before = len(pairs)
        for same in ours.keys() & theirs.keys():
            mine, other = ours[same], theirs[same]
            if len(mine) == len(other) == 1:
                pairs[mine[0]] = other[0]
            else:
                ambiguous.append(Ambiguous(tuple(mine), tuple(other)))
            left -= set(mine)
            right -= set(other)
        if len(pairs) > before:
            steps[step] = len(pairs) - before
    near = tuple(_near(samples, rows, sorted(left), sorted(right)))
    ambiguous.sort(key=lambda found: found.samples)
    pairs = dict(sorted(pairs.items()))
    return Matching(pairs, steps, near, tuple(ambiguous), tuple(sorted(left)), tuple(sorted(right)))


def overlap(samples: Iterable[str], names: Iterable[str]) -> int:
    """How many ids the two have in common, R's changes undone."""
    return len({plain(name) for name in samples} & {plain(name) for name in names if bare(name)})


def columns_by_overlap(
    samples: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """Columns that may hold the ids and how many of them are in the table; the best one first."""
    ours = {plain(name) for name in samples}
    shared = {
        name: len(ours & {plain(text) for text in texts if bare(text)})
        for name, texts in columns.items()
    }
    return dict(sorted(shared.items(), key=lambda item: (-item[1], not is_id(item[0]))))


def _by(key: Callable[[str], str], names: Sequence[str], at: Iterable[int]) -> dict[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for i in sorted(at):
        found[key(names[i])].append(i)
    return found


def _near(
    samples: Sequence[str], rows: Sequence[str], left: list[int], right: list[int]
) -> Iterable[Near]:
    """Suggestions for what is left over, in the order of the samples."""
    found = {}
    for why, key in (("without the ending of a file", _ended), ("without leading zeros", _zeros)):
        ours, theirs = _by(key, samples, left), _by(key, rows, right)
        for same in ours.keys() & theirs.keys():
            if len(ours[same]) == len(theirs[same]) == 1:
                found[ours[same][0]] = Near(ours[same][0], theirs[same][0], why)
        left = [i for i in left if i not in found]
        taken = {near.row for near in found.values()}
        right = [i for i in right if i not in taken]
    for near in _trimmed(samples, rows, left, right):
        found[near.sample] = near
    left = [i for i in left if i not in found]
    taken = {near.row for near in found.values()}
    right = [i for i in right if i not in taken]
    for near in _alike(samples, rows, left, right):
        found[near.sample] = near
    return [found[i] for i in sorted(found)]


def _trimmed(
    samples: Sequence[str], rows: Sequence[str], left: list[int], right: list[int]
) -> list[Near]:
    """Ids that meet when what all of one side begin or end with is left out: the most that do."""
    ours, theirs = ({i: ZEROS.sub("", plain(names[i])) for i in at}
                    for names, at in ((samples, left), (rows, right)))  # fmt: skip
    best: list[Near] = []
    for mine, other in (*((m, theirs) for m in _cuts(ours)), *((ours, o) for o in _cuts(theirs))):
        one, two = Counter(mine.values()), Counter(other.values())
        at = {name: row for row, name in other.items() if two[name] == 1}
        near = [
            Near(i, at[name], "without what all ids begin or end with")
            for i, name in mine.items()
            if one[name] == 1 and name in at
        ]
        if len(near) > max(1, len(best)):  # one alone may be chance
            best = near
    return best


def _cuts(names: Mapping[int, str]) -> Iterable[dict[int, str]]:
    """The names without their common beginning, without their common end, and without either."""
    begin = _common(list(names.values()))
    end = _common([name[::-1] for name in names.values()])
    for first, last in ((begin, 0), (0, end), (begin, end)):
        cut = {i: name[first : len(name) - last].strip(".") for i, name in names.items()}
        if (first or last) and all(cut.values()):
            yield cut


def _common(names: list[str]) -> int:
    """How many letters all begin with, whole words and numbers only."""
    if len(names) < 2:
        return 0
    n = len(commonprefix(names))
    while n and any(_inside(name, n) for name in names):
        n -= 1
    return n


def _inside(name: str, n: int) -> bool:
    """Whether a cut behind n letters goes through a word or a number."""
    before, behind = name[n - 1 : n], name[n : n + 1]
    return (before.isdigit() and behind.isdigit()) or (before.isalpha() and behind.isalpha())


def _ended(name: str) -> str:
    return ENDINGS.sub("", plain(name))


def _zeros(name: str) -> str:
    return ZEROS.sub("", _ended(name)).removesuffix(".0")


def _alike(
    samples: Sequence[str], rows: Sequence[str], left: list[int], right: list[int]
) -> Iterable[Near]:
    """Ids with the same numbers and nearly the same letters, each the other's best by far."""
    numbers = defaultdict[tuple[str, ...], list[int]](list)
    for row in right:
        numbers[_numbers(rows[row])].append(row)
    best: dict[int, tuple[float, int]] = {}
    rivals: dict[int, list[tuple[float, int]]] = defaultdict(list)
    compared = 0
    for i in left:
        others = numbers.get(_numbers(samples[i]), ())
        compared += len(others)
        if compared > COMPARED:
            break
        rated = sorted(((_likeness(samples[i], rows[row]), row) for row in others), reverse=True)
        if rated and rated[0][0] >= ALIKE and (len(rated) < 2 or rated[1][0] < rated[0][0]):
            best[i] = rated[0]
            rivals[rated[0][1]].append((rated[0][0], i))
    for i, (ratio, row) in best.items():
        if max(rivals[row]) == (ratio, i) and sum(r == ratio for r, _ in rivals[row]) == 1:
            yield Near(i, row, f"{ratio:.0%} of the letters")


def _numbers(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", _zeros(name)))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, _ended(one), _ended(other), autojunk=False).ratio()
