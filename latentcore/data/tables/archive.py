"""Zip archives: names in them are text and nothing else, and nothing is written to a disk.

A member is unpacked in memory, up to a limit, whatever size its header gives.
"""

import io
import re
import zipfile

from latentcore.data.tables.choices import Log
from latentcore.data.tables.table import TableError
from latentcore.data.unreadable import listed, short

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MOST_MEMBERS = 10_000
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


def only_file(raw: bytes, most: int, log: Log) -> tuple[str, bytes]:
    """Name and bytes of the one table in an archive, QIIME 2's artefacts included.

    Raises TableError.
    """
    names = members(raw)
    about = [name for name in names if re.fullmatch(r"[^/]+/metadata\.yaml", name)]
    if about and any(name.endswith("/VERSION") for name in names):
        return _artefact(raw, names, about[0], most, log)
    if len(names) != 1:
        raise TableError(
            f"The archive holds {len(names)} files.",
            where=f"They are {listed(names)}." if names else "",
            expected="Expected an archive with one table.",
            do="Unpack it and open the table itself.",
        )
    log.say(f"The file was packed with zip: {short(names[0])}.")
    return names[0], unpack(raw, names[0], most)


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
