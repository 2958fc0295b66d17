"""Kraken's report (Kraken 2 and Bracken write it too): the tree of one sample, without a header.

    98.40  26241408  0  R  1  root
    96.78  25808392  0  D  2      Bacteria
    percent, reads in the clade, reads at the taxon itself, rank, id, name indented by depth

    #perc  tot_all  tot_lvl  1_all  1_lvl  2_all  2_lvl  lvl_type  taxid  name      KrakenTools

A clade holds the reads of all below it, so one rank is read; what stays above it is said.
"""

import re
from collections import Counter

import numpy as np

from latentcore.data.tables.checks import is_number, letters
from latentcore.data.tables.choices import Log
from latentcore.data.tables.finishing import finish
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.lineage import LETTERS
from latentcore.data.tables.naming import plain
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, listed, short, were

CODES = {letter.upper(): LETTERS[letter] for letter in "dkpcofgs"}
NUMBERED = re.compile(r"#S?(\d+)\t(.+)")
ENDING = re.compile(r"(?:\.(?:k?report2?|txt|tsv|kraken2?))+$", re.I)
CODE = re.compile(r"[URDKPCOFGS]\d*|-")


def fits(grid: Grid) -> bool:
    """Six columns, or eight with minimisers, of which the rank's is letters; or KrakenTools'."""
    width = grid.cells.shape[1]
    if _combined(grid):
        return True
    if width not in (6, 8) or len(grid.cells) < 2:
        return False
    codes = [bool(CODE.fullmatch(code)) for code in grid.cells[:, width - 3]]
    return sum(codes) > 0.9 * len(codes) and all(is_number(cell) for cell in grid.cells[:, 1])


def read(grid: Grid, log: Log) -> Table:
    """Cells -> Table of one sample or some, the reads of the clades of one rank.

    Raises TableError.
    """
    samples = {grid.name or "sample": 1}
    if _combined(grid):
        samples = _samples(grid)
        grid = grid.only(list(range(1, len(grid.cells))))
    codes, names = grid.cells[:, -3], grid.cells[:, -1]
    ranks = [rank for code, rank in CODES.items() if code in set(codes)]
    if not ranks:
        raise TableError(
            "The report of Kraken names no rank.",
            expected="Expected rows with a rank of D, P, C, O, F, G or S.",
            do="Upload the report as Kraken wrote it.",
        )
    rank = log.decide("rank", "species" if "species" in ranks else ranks[-1], ranks)
    log.say(f"A report of Kraken: {counted(len(samples), 'sample')}, the reads of each {rank}.")
    reads = np.array(
        [[_reads(grid, i, j) for i in range(len(codes))] for j in samples.values()]
    )  # N rows
    at = [i for i, code in enumerate(codes) if CODES.get(code) == rank]
    lineages = _lineages(grid)
    taxa = [str(names[i]) for i in at]
    seen = Counter(taxa)
    taxa = [  # one name twice in the tree: ids tell them apart
        f"{taxon} ({grid.cells[i, -2]})" if seen[taxon] > 1 else taxon
        for taxon, i in zip(taxa, at, strict=True)
    ]
    if double := [taxon for taxon, n in Counter(taxa).items() if n > 1]:
        raise TableError(
            f"The report of Kraken has {short(double[0])} twice.",
            expected="Expected every taxon once: the report of one sample.",
            do="Upload reports one by one, each in a file of its own.",
        )
    _say_what_is_left(reads, codes, at, rank, log)
    return finish(
        reads[:, at],
        tuple(samples),
        taxa,
        {},
        log,
        {taxon: lineages[i] for taxon, i in zip(taxa, at, strict=True)},
    )


def _combined(grid: Grid) -> bool:
    """Whether KrakenTools put the reports of several samples together."""
    return [plain(name) for name in grid.header[-3:]] == ["lvltype", "taxid", "name"]


def _samples(grid: Grid) -> dict[str, int]:
    """The samples of a combined report and the columns of their reads.  Raises TableError.

    Comments above the header, where there are any, say which file a number stands for.
    """
    said = [found.groups() for found in map(NUMBERED.match, grid.comments) if found]
    files = {n: ENDING.sub("", re.split(r"[/\\]", name.strip())[-1]) for n, name in said}
    at = [
        (name.removesuffix("_all"), j)
        for j, name in enumerate(grid.header)
        if name.endswith("_all") and name != "tot_all"
    ]
    named = {files.get(name.removeprefix("S"), name): j for name, j in at}
    if not at or len(named) < len(at):
        raise TableError(
            "The combined report of Kraken names no sample, or one twice.",
            where=f"Its columns are {listed(grid.header, 8)}.",
            expected="Expected a column for each sample that ends in _all.",
            do="Combine the reports again, or upload them one by one.",
        )
    return named


def _reads(grid: Grid, i: int, j: int) -> float:
    """The reads of a clade.  Raises TableError where there is no such number."""
    text = grid.cells[i, j]
    if not is_number(text) or float(text) < 0:
        raise TableError(
            f"The cell in row {int(grid.rows[i]) + 1}, column {letters(j)}, holds {short(text)}.",
            expected="Expected the number of reads in the clade.",
            do="Upload the report as Kraken wrote it.",
        )
    return float(text)


def _say_what_is_left(
    reads: np.ndarray, codes: np.ndarray, at: list[int], rank: str, log: Log
) -> None:
    """How many reads are in no taxon, or in one above the rank."""
    unclassified = reads[:, codes == "U"].sum()
    whole = unclassified + reads[:, codes == "R"].sum()
    above = max(whole - unclassified - reads[:, at].sum(), 0)
    others = len(codes) - len(at)
    log.say(
        f"{counted(others, 'row')} of other ranks {were(others)} left out; of {whole:,.0f} reads "
        f"{unclassified:,.0f} are unclassified and {above:,.0f} belong to no {rank}."
    )


def _lineages(grid: Grid) -> list[str]:
    """The lineage of each row, by its indentation."""
    path: list[tuple[int, str]] = []
    found = []
    for indent, code, name in zip(grid.indents, grid.cells[:, -3], grid.cells[:, -1], strict=True):
        while path and path[-1][0] >= indent:
            path.pop()
        if code in CODES:
            path.append((int(indent), f"{code.lower()}__{name}"))
        found.append(";".join(part for _, part in path))
    return found
