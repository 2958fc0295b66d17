"""Which format is it?  The first bytes tell; a file's name is only for speaking of it."""

from latentcore.data.images import archive, fitting, idx, limits, npy
from latentcore.data.images.asked import Asked, Values
from latentcore.data.images.imageset import ImageError, ImageSet
from latentcore.data.unreadable import gunzip, short

EXPECTED = (
    "Expected a zip of PNG or JPEG files (one folder for each label), a NumPy .npz or .npy file, "
    "IDX files such as MNIST's, or a Parquet file with images."
)
PACK = "Put the pictures into a zip archive."
TEXT = {9, 10, 13, *range(32, 127)}
SIGNATURES = (
    (b"\x89PNG", "a single PNG picture", PACK),
    (b"\xff\xd8\xff", "a single JPEG picture", PACK),
    (b"GIF8", "a GIF picture", "Export the pictures as PNG, and put them into a zip archive."),
    (b"PK\5\6", "an empty zip archive", PACK),
    (b"\x89HDF", "an HDF5 file", "Save the images as a NumPy .npz file."),
    (b"7z\xbc\xaf", "a 7z archive", "Pack the pictures as a zip archive."),
    (b"Rar!", "a RAR archive", "Pack the pictures as a zip archive."),
    (b"BZh", "a bzip2 archive", "Pack the pictures as a zip archive."),
    (b"\xfd7zXZ", "an xz archive", "Pack the pictures as a zip archive."),
    (b"%PDF", "a PDF document", PACK),
    (b"\x80", "a Python pickle, which can run programs", "Save the images as a NumPy .npz file."),
)


def read(
    name: str, raw: bytes, *, side: int | None = None, labels: tuple[str, bytes] | None = None
) -> ImageSet:
    """Read the images in a file, given by its name and bytes.

    `side` (8 to 64) is what they are cut and resized to; without it, images stay as they are if
    they are all of one size up to 64.  `labels` is the name and the bytes of a second file, IDX
    or .npy, with a label for each image.  What was detected and done stands in the set's notes.
    Raises ImageError.
    """
    if side is not None and not limits.SIDES[0] <= side <= limits.SIDES[1]:
        raise ValueError(f"side is {limits.SIDES[0]} to {limits.SIDES[1]}, got {side}")
    asked = Asked(name, side)
    raw = _unpacked(name, raw, asked)
    if labels is not None or raw.startswith(npy.MAGIC) or idx.shape(raw[: idx.HEAD]):
        array = _array(name, raw)
        values = None if labels is None else _labels(*labels)
        return asked.finish(fitting.pixels(array, short(name), side, asked.notes), values)
    if raw.startswith(b"PK\3\4"):
        return archive.read(raw, asked)
    if raw.startswith(b"PAR1"):
        from latentcore.data.images import parquet  # loads pyarrow, which takes its time

        return parquet.read(raw, asked)
    raise _unknown(name, raw)


def _unpacked(name: str, raw: bytes, asked: Asked) -> bytes:
    """The bytes out of their gzip, if they are in one."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        raw = gunzip(raw, limits.LARGEST)
    except OverflowError:
        limits.small(limits.LARGEST + 1, short(name))
    except ValueError as error:
        raise ImageError(
            f"The gzip file {short(name)} is damaged and could not be decompressed.",
            expected="Expected a complete .gz file.",
            do="Download it again, or open the decompressed file.",
        ) from error
    asked.notes.append("The file was compressed with gzip.")
    return raw


def _array(name: str, raw: bytes) -> npy.Numbers:
    """The one array in an IDX or .npy file."""
    if raw.startswith(npy.MAGIC):
        return npy.array(raw, name)
    if idx.shape(raw[: idx.HEAD]):
        return idx.array(raw, name)
    raise ImageError(
        f"The file {short(name)} holds no single array.",
        expected="Expected IDX or .npy files where labels come in a file of their own.",
        do="Open the images without the labels, or convert both.",
    )


def _labels(name: str, raw: bytes) -> Values:
    """The values in a file of labels."""
    array = _array(name, _unpacked(name, raw, Asked(name)))
    if not array.ndim or array.size != len(array):
        raise ImageError(
            f"The labels in {short(name)} have shape {array.shape}.",
            expected="Expected one value for each image.",
            do="Check that the two files have not been exchanged.",
        )
    return npy.as_labels(array)


def _unknown(name: str, raw: bytes) -> ImageError:
    """What else it might be."""
    found, do = "of a kind that is not known here", "Convert it to one of these."
    for signature, description, remedy in SIGNATURES:
        if raw.startswith(signature):
            found, do = description, remedy
    if not raw:
        found, do = "empty", "Check that it was saved completely."
    elif raw[257:262] == b"ustar":
        found, do = "a tar archive", "Pack the pictures as a zip archive."
    elif set(raw[:400]) <= TEXT:
        found, do = "text", "Open a table on the page for tables, or choose another file."
    return ImageError(f"The file {short(name)} is {found}.", expected=EXPECTED, do=do)
