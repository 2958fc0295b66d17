"""Which letters do the bytes of a text stand for?  UTF-8, UTF-16 with its mark, or Windows."""

from latentcore.data.tables.table import TableError


def decode(raw: bytes) -> tuple[str, str]:
    """Bytes -> text with plain line ends, and the name of the encoding."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries = ("utf-16",)
    else:
        tries = ("utf-8-sig", "cp1252", "latin-1")  # type: ignore[assignment]
    for encoding in tries:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        name = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
        return text.replace("\r\n", "\n").replace("\r", "\n"), name.get(encoding, "Latin-1")
    raise TableError(
        "The file holds bytes that are not text.",
        expected="Expected a text file (CSV or TSV).",
        do="Save or export the table as CSV, and open that file.",
    )
