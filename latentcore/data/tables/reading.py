"""Which format is it?  Signatures first, then text."""

from latentcore.data.tables import delimited
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import gunzip, short

LARGEST = 200_000_000  # bytes a compressed file may grow to
SAVE_AS_TEXT = "Save or export the table as CSV or tab-separated text, and open that file."
SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook, a QIIME 2 artefact or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x89HDF", "an HDF5 file, such as BIOM 2.1"),
    (b"%PDF", "a PDF document"),
    (b"RDX", "an R data file"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
)


def read(name: str, raw: bytes, *, label: str | None = None, transpose: bool = False) -> Table:
    """Read a file given by its name and bytes.

    `label` names a column to keep as text although it holds numbers (a label coded 0 and 1).
    `transpose` swaps rows and columns first, for a file with taxa in rows.
    Raises TableError.
    """
    notes: tuple[str, ...] = ()
    if raw[:2] == b"\x1f\x8b":
        raw = _gunzip(raw)
        notes = ("The file was compressed with gzip.",)
    if not raw.strip():
        raise TableError(
            f"The file {short(name)} is empty.",
            expected="Expected a table with one sample in each row.",
            do="Check that it was saved completely.",
        )
    for signature, description in SIGNATURES:
        if raw.startswith(signature):
            raise TableError(
                f"The file looks like {description}, which is not read yet.",
                expected="Expected delimited text (CSV or TSV).",
                do=SAVE_AS_TEXT,
            )
    return delimited.read(raw, label=label, transpose=transpose, notes=notes)


def _gunzip(raw: bytes) -> bytes:
    """The decompressed file, up to LARGEST bytes."""
    try:
        return gunzip(raw, LARGEST)
    except OverflowError as error:
        raise TableError(
            "The compressed file holds more than 200 MB.",
            expected="Expected at most 200 MB once decompressed.",
            do="Leave out samples or taxa that are not needed.",
        ) from error
    except ValueError as error:
        raise TableError(
            "The gzip file is damaged and could not be decompressed.",
            expected="Expected a complete .gz file.",
            do="Compress or download it again, or open the decompressed file.",
        ) from error
