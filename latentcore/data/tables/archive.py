"""Zip archives: names in them are text and nothing else, and nothing is written to a disk.

A member is unpacked in memory, up to a limit, whatever size its header gives.
"""

import io
import re
import zipfile

from latentcore.data.tables.choices import Log
from latentcore.data.tables.table import TableError
from latentcore.data.unreadable import counted, listed, short

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_MEMBERS = 10_000
MOST_FILES = 1_000
LOCKED = 1  # bit of a member's flags
FEATURE_TABLE = re.compile(r"^[^/]+/data/feature-table\.biom$")
TYPE = re.compile(rb"^type:\s*['\"]?(.{1,200}?)['\"]?\s*$", re.M)


def members(raw: bytes) -> list[str]:
    """Names of the files in an archive, without what systems add.  Raises TableError."""
    if raw.count(b"PK\1\2") > MOST_MEMBERS:  # before a list of them is made
        raise _damaged("it holds too many files")
    return [m.filename for m in _opened(raw).infolist() if not m.is_dir() and not _hidden(m)]


def unpack(raw: bytes, name: str, most: int) -> bytes:
    """One member of an archive, of at most `most` bytes.  Raises TableError."""
    archive = _opened(raw)
    member = archive.getinfo(name)
    if member.flag_bits & LOCKED or member.compress_type not in PACKED:
        raise TableError(
            f"The file {short(name)} in the archive is locked or packed in an unusual way.",
            expected="Expected a plain zip archive without a password.",
            do="Pack the file again.",
        )
    try:
        with archive.open(member) as stream:
            whole = stream.read(most + 1)
    except Exception as error:  # a damaged archive raises anything
        raise _damaged(str(error)) from error
    if len(whole) > most:
        raise too_large()
    return whole


def files(raw: bytes, most: int, log: Log) -> list[tuple[str, bytes]]:
    """Names and bytes of the files in an archive, of QIIME 2's artefacts the table alone.

    They have `most` bytes together.  Raises TableError.
    """
    names = members(raw)
    about = [name for name in names if re.fullmatch(r"[^/]+/metadata\.yaml", name)]
    if about and any(name.endswith("/VERSION") for name in names):
        return [_artefact(raw, names, about[0], most, log)]
    if not 1 <= len(names) <= MOST_FILES:
        raise TableError(
            f"The archive holds {counted(len(names), 'file')}.",
            expected=f"Expected an archive with 1 to {MOST_FILES} tables.",
            do="Unpack it and open the tables themselves.",
        )
    log.say(f"Packed with zip: {listed(names)}.")
    found = []
    for name in names:
        found.append((name, unpack(raw, name, most)))
        most -= len(found[-1][1])
    return found


def _artefact(raw: bytes, names: list[str], about: str, most: int, log: Log) -> tuple[str, bytes]:
    """The BIOM file inside an artefact of QIIME 2, by the type its metadata gives."""
    found = TYPE.search(unpack(raw, about, 100_000))
    kind = found[1].decode("utf-8", "replace") if found else "nothing"
    tables = [name for name in names if FEATURE_TABLE.match(name)]
    if not kind.startswith("FeatureTable[") or len(tables) != 1:
        raise TableError(
            f"The artefact of QIIME 2 holds {short(kind)}, not a table.",
            expected="Expected an artefact of the type FeatureTable.",
            do="Open the table that belongs to it, often called table.qza.",
        )
    log.say(f"An artefact of QIIME 2 of the type {kind}.")
    return tables[0], unpack(raw, tables[0], most)


def too_large() -> TableError:
    """The sentence for a file that grows too much."""
    return TableError(
        "The compressed file holds more than 200 MB.",
        expected="Expected at most 200 MB once decompressed.",
        do="Leave out samples or taxa that are not needed.",
    )


def _opened(raw: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except Exception as error:  # a damaged archive raises anything
        raise _damaged(str(error)) from error


def _damaged(why: str) -> TableError:
    return TableError(
        "The zip archive or workbook is damaged.",
        where=f"Unpacking stopped with {short(why, 80)}.",
        expected="Expected a whole archive.",
        do="Pack, save or download it again.",
    )


def _hidden(member: zipfile.ZipInfo) -> bool:
    """What systems leave in archives: .DS_Store, __MACOSX/..."""
    parts = member.filename.replace("\\", "/").split("/")
    return any(part.startswith((".", "__MACOSX")) for part in parts if part.strip("."))
