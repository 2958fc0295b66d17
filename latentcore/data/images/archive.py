"""Zip archives of pictures, of NumPy arrays, or of IDX files.

Names in an archive are text and nothing else: nothing is written to a disk, and the folder that a
picture lies in is its label.  Members are unpacked in memory, each up to a limit, whatever size
its header gives.
"""

import gzip
import io
import zipfile
from functools import partial
from os.path import commonprefix

from latentcore.data.images import fitting, idx, limits, npy, pictures
from latentcore.data.images.asked import Asked
from latentcore.data.images.imageset import ImageError, ImageSet
from latentcore.data.unreadable import counted, listed, short, were

PICTURES = (".png", ".jpg", ".jpeg")
LOCKED = 1  # bit of a member's flags
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
Members = list[zipfile.ZipInfo]


def read(raw: bytes, asked: Asked) -> ImageSet:
    """The images in a zip archive.  Raises ImageError."""
    if raw.count(b"PK\1\2") > limits.MOST_MEMBERS:  # before a list of them is made
        raise ImageError(
            "The archive holds too many files.",
            expected=f"Expected at most {limits.MOST_MEMBERS:,}.",
            do="Take a part of the images.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _contents(archive, asked)
    except ImageError:
        raise
    except Exception as error:  # a damaged archive raises anything
        raise ImageError(
            "The zip archive is damaged.",
            where=f"Unpacking stopped with {short(str(error), 80)}.",
            expected="Expected a whole archive.",
            do="Pack or download it again.",
        ) from error


def _contents(archive: zipfile.ZipFile, asked: Asked) -> ImageSet:
    members = [m for m in archive.infolist() if not m.is_dir() and not _hidden(m)]
    members.sort(key=lambda m: m.filename)
    if odd := [m.filename for m in members if m.compress_type not in PACKED]:
        raise ImageError(
            "The archive is packed in an unusual way.",
            where=f"That is so for {listed(odd)}.",
            expected="Expected a plain zip archive (stored or deflated).",
            do="Pack the files again.",
        )
    if any(m.flag_bits & LOCKED for m in members):
        raise ImageError(
            "The archive is locked with a password.",
            expected="Expected a zip archive without a password.",
            do="Pack the files again without one.",
        )
    if seen := [m for m in members if m.filename.lower().endswith(PICTURES)]:
        if others := len(members) - len(seen):
            asked.notes.append(f"{counted(others, 'other file')} {were(others)} passed by.")
        limits.small(sum(m.file_size for m in seen))  # no more is unpacked, whatever follows
        return _pictures(archive, seen, asked)
    if arrays := [m for m in members if m.filename.endswith(".npy")]:
        array, values = npy.pair(archive, [m.filename for m in arrays], asked.notes)
        return asked.finish(
            fitting.pixels(array, "The array of images", asked.side, asked.notes), values
        )
    return _idx(archive, members, asked)


def _pictures(archive: zipfile.ZipFile, members: Members, asked: Asked) -> ImageSet:
    """Pictures, labelled by the folders they lie in if there are several."""
    items = [(_parts(m)[-1], partial(_unpacked, archive, m, limits.LARGEST)) for m in members]
    pixels, kept = pictures.decode(items, asked)
    folders = [_parts(members[i])[-2] for i in kept]
    return asked.finish(pixels, folders if len(set(folders)) > 1 else None)


def _idx(archive: zipfile.ZipFile, members: Members, asked: Asked) -> ImageSet:
    """The IDX file with the most images, and the labels whose name is most like its own."""
    shapes = {m.filename: idx.shape(_unpacked(archive, m, idx.HEAD)) for m in members}
    images = [name for name, shape in shapes.items() if len(shape) in (3, 4)]
    if not images:
        raise ImageError(
            "The archive holds no images that can be read.",
            where=f"It holds {listed(shapes)}." if shapes else "It is empty.",
            expected="Expected PNG or JPEG files, NumPy arrays, or IDX files such as MNIST's.",
            do="Pack the pictures themselves, in one folder for each label.",
        )
    chosen = max(images, key=lambda name: shapes[name][0])
    fits = [name for name, shape in shapes.items() if shape == shapes[chosen][:1]]
    names = [chosen, *sorted(fits, key=lambda name: -len(commonprefix([name, chosen])))[:1]]
    if unused := shapes.keys() - set(names):
        asked.notes.append(f"Read {listed(names)}; left out {listed(sorted(unused))}.")
    arrays = [
        idx.array(_unpacked(archive, archive.getinfo(name), limits.LARGEST), name) for name in names
    ]
    pixels = fitting.pixels(arrays[0], short(chosen), asked.side, asked.notes)
    return asked.finish(pixels, arrays[1] if len(arrays) > 1 else None)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The first `most` bytes of a member, out of its gzip if it is in one."""
    with archive.open(member) as stream:
        if member.filename.endswith(".gz"):
            with gzip.GzipFile(fileobj=stream) as inner:
                return inner.read(most)
        return stream.read(most)


def _parts(member: zipfile.ZipInfo) -> list[str]:
    """Folders and name, at least one folder: ["", "a.png"]."""
    return ["", *member.filename.replace("\\", "/").split("/")]


def _hidden(member: zipfile.ZipInfo) -> bool:
    """What systems leave in archives: .DS_Store, __MACOSX/..."""
    return any(part.startswith((".", "__MACOSX")) for part in _parts(member) if part.strip("."))
