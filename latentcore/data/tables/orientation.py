"""Is there a header, and what stands in rows: samples or taxa?  Names tell, shape does not."""

from collections.abc import Callable

from latentcore.data.tables import naming
from latentcore.data.tables.checks import is_number
from latentcore.data.tables.choices import Log
from latentcore.data.tables.grid import Grid
from latentcore.data.unreadable import listed

Names = tuple[str, ...]


def with_header(grid: Grid, log: Log) -> Grid:
    """The grid, with names of its own for the columns if the file names none."""
    found = "yes" if _has_header(grid.header) else "no"
    if log.decide("header", found, ("yes", "no")) == "yes":
        return grid
    ids = not all(is_number(cell) for cell in grid.cells[:, 0] if cell)
    width = grid.cells.shape[1] - ids
    one = len(set(grid.cells[:, 0])) == len(grid.cells) and width == 1 and grid.name
    names = [grid.name] if one else [f"column {j + 1 + ids}" for j in range(width)]
    log.say("The file has no header: its columns were named by their place.")
    return grid.under([*(["id"] if ids else []), *names])


def _has_header(header: tuple[str, ...]) -> bool:
    """A first row of numbers is a sample, unless it counts taxa by different whole numbers."""
    numbers = [is_number(name) for name in header]
    rest = [float(name) for name, n in zip(header[1:], numbers[1:], strict=True) if n]
    if not rest or len(rest) < 0.5 * (len(header) - 1) or (len(rest) == 1 and len(header) > 2):
        return True
    codes = all(v == int(v) for v in rest) and len(set(rest)) == len(rest)
    return codes and (not header[0] or naming.is_id(header[0]) or naming.names_taxa(header[0]))


def rows_are_taxa(header: Names, column: Callable[[int], Names], log: Log) -> bool:
    """Whether samples are in columns: names of taxa down the first column, not across the top."""
    taxa = _look_like_taxa(header, column)
    chosen = log.decide("rows", "taxa" if taxa else "samples", ("samples", "taxa")) == "taxa"
    if chosen and log.choices.rows:
        log.say("Rows and columns were swapped, as asked: columns are now taxa.")
    elif chosen:
        log.say(
            f"Taxa are in rows, by the names in the first column ({listed(column(0), 2)}): "
            "rows and columns were swapped."
        )
    return chosen


def _look_like_taxa(header: Names, column: Callable[[int], Names]) -> bool:
    first = column(0)
    for j, name in enumerate(header):
        ids = naming.plain(name) in {"sampleid", "samplename"} or (j and naming.is_id(name))
        if ids and len(set(column(j))) == len(first) and naming.taxon_share(first) < 1:
            return False
    share, across = naming.taxon_share(first), naming.taxon_share(header[1:])
    named = naming.names_taxa(header[0]) and len(set(first)) == len(first)
    return (share >= 0.5 or named) and across <= share
