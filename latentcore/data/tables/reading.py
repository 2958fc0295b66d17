"""Which format is it?  What it is packed in first, then what its bytes begin with, then its cells.

gzip, zip -> BIOM 2.1 | BIOM 1 | workbook | text -> cells -> the first layout that fits
"""

import re
from collections.abc import Sequence
from types import ModuleType

from latentcore.data.tables import (
    archive,
    biom_hdf5,
    biom_json,
    bracken,
    delimited,
    excel,
    kraken,
    metaml,
    metaphlan,
    mothur,
    plain,
    qiime,
    quick,
    several,
    taxonomy,
)
from latentcore.data.tables.choices import Choices, Log, Watch, unwatched
from latentcore.data.tables.grid import Grid
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import gunzip, short

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
LARGE = 1_000_000  # bytes from which it pays to read numbers as numbers
LARGEST = 200_000_000  # bytes a compressed file may grow to
LAYOUTS: tuple[ModuleType, ...] = (mothur, bracken, kraken, metaphlan, metaml, qiime)
SIGNATURES = (
    (0, b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (0, b"%PDF", "a PDF document"),
    (0, b"RDX", "an R data file"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, ZIP, "a zip archive within another"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, GZIP, "a gzip file within another"),
    (257, b"ustar", "a tar archive"),
)
ENDINGS = re.compile(
    r"(?:\.(?:gz|zip|txt|tsv|csv|tab|xlsx|biom|qza|shared|mpa|bracken|k?report2?|profile))+$", re.I
)


def read(name: str, raw: bytes, choices: Choices | None = None, watch: Watch = unwatched) -> Table:
    """Read a file given by its name and bytes; `choices` overrule what would be detected.

    `watch` is told now and then which share was read.  Raises TableError.
    """
    log = Log(choices or Choices(), watch=watch)
    try:
        return _read(name, raw, log)
    except TableError as error:
        error.found = error.found or dict(log.found)
        raise


def _read(name: str, raw: bytes, log: Log) -> Table:
    """What `read` does.  Raises TableError."""
    if raw[:2] == GZIP:
        raw = _gunzip(raw)
        log.say("The file was compressed with gzip.")
    if raw[:4] != ZIP or excel.fits(raw):
        return _unpacked(name, raw, log)
    files = archive.files(raw, LARGEST, log)
    if len(files) == 1:
        name, raw = files[0]
        return _unpacked(name, _gunzip(raw) if raw[:2] == GZIP else raw, log)
    return several.join(files, _one, log.choices, log.watch)


def read_several(
    files: Sequence[tuple[str, bytes]], choices: Choices | None = None, watch: Watch = unwatched
) -> Table:
    """Names and bytes of files with one sample or some, and of taxonomies -> one table.

    Raises TableError, which names the file.
    """
    if len(files) == 1:
        return read(*files[0], choices, watch)
    return several.join(files, read, choices or Choices(), watch)


def _one(name: str, raw: bytes, choices: Choices, watch: Watch) -> Table:
    """A file out of an archive, which may be compressed, but is no archive again."""
    raw = _gunzip(raw) if raw[:2] == GZIP else raw
    return _unpacked(name, raw, Log(choices, watch=watch))


def _unpacked(name: str, raw: bytes, log: Log) -> Table:
    """A file that is in no archive.  Raises TableError."""
    if not raw.strip():
        raise TableError(
            f"The file {short(name)} is empty.",
            expected="Expected a table with one sample in each row.",
            do="Check that it was saved completely.",
        )
    if raw[:4] == ZIP and excel.fits(raw):
        return arrange(excel.read(raw, stem(name), log), log)
    for at, signature, description in SIGNATURES:
        if raw.startswith(signature, at):
            raise TableError(
                f"The file looks like {description}, which is not read.",
                expected="Expected text (CSV or TSV), BIOM, QIIME 2 or an Excel workbook.",
                do="Save or export the table as CSV or tab-separated text, and open that file.",
            )
    if biom_hdf5.fits(raw):
        return biom_hdf5.read(raw, log)
    if biom_json.fits(raw):
        return biom_json.read(raw, log)
    text = delimited.read(raw, stem(name), log)
    if len(raw) > LARGE and (table := _quickly(text, log)):
        return table
    return arrange(text.grid(log), log)


def _quickly(text: delimited.Delimited, log: Log) -> Table | None:
    """A large table, if it is a plain one."""
    trial = log.trial()
    try:
        head = text.grid(trial, most=40)
        own = any(layout.fits(head) for layout in LAYOUTS if layout is not qiime)
        return None if own else quick.read(head, text, trial)
    except TableError:
        return None  # read cell by cell, it gets a sentence with its place


def arrange(grid: Grid, log: Log) -> Table:
    """Cells -> Table, by the first layout that fits.  Raises TableError."""
    if taxonomy.alone(grid):
        raise several.lineages_alone([grid.name])
    layout = next((layout for layout in LAYOUTS if layout.fits(grid)), plain)
    table: Table = layout.read(grid, log)
    return table


def stem(name: str) -> str:
    """A file's name without folders and endings: the sample's, if there is only one."""
    return ENDINGS.sub("", re.split(r"[/\\]", name)[-1])


def _gunzip(raw: bytes) -> bytes:
    """The decompressed file, up to LARGEST bytes."""
    try:
        return gunzip(raw, LARGEST)
    except OverflowError as error:
        raise archive.too_large() from error
    except ValueError as error:
        raise TableError(
            "The gzip file is damaged and could not be decompressed.",
            expected="Expected a complete .gz file.",
            do="Compress or download it again, or open the decompressed file.",
        ) from error
