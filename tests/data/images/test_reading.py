"""Files of images: every format reads as it was written, and every trap is a file made here."""

import gzip
import io
import pickle
import struct
import tarfile
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageOps

from latentcore.data.images import ImageError, limits, read
from tests.data.images.files import (
    examples,
    idx,
    noise,
    npy,
    npz,
    packed,
    parquet,
    picture,
    structs,
)

GREY, COLOUR = noise(5, 9, 9), noise(4, 10, 10, 3)


def refused(raw, name="a.bin", **options):
    with pytest.raises(ImageError) as caught:
        read(name, raw, **options)
    assert caught.value.expected.startswith("Expected")
    assert caught.value.do
    return str(caught.value)


@pytest.mark.parametrize("name", examples())
def test_every_format_is_read(name):
    images = read(name, examples()[name])
    shape = (1, 9, 9) if len(images) == 5 else (3, 10, 12) if name.endswith("npz") else (3, 10, 10)
    assert (images.shape, images.levels, images.name) == (shape, 256, name)


# IDX


def test_idx_as_mnist_has_it():
    raw = b"\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3" + bytes(range(100, 112))
    labels = b"\0\0\x08\x01\0\0\0\2\7\3"
    images = read("train-images-idx3-ubyte", raw, labels=("l", gzip.compress(labels)))
    np.testing.assert_array_equal(images.pixels.ravel(), np.arange(100, 112))
    assert (images.shape, images.y.tolist(), images.classes) == ((1, 2, 3), [1, 0], ("3", "7"))
    assert read("a", gzip.compress(raw)).notes == ("The file was compressed with gzip.",)


def test_idx_in_a_zip_takes_the_larger_part_and_its_labels():
    members = {
        "t10k-labels-idx1-ubyte": idx(np.zeros(3)),
        "t10k-images-idx3-ubyte": idx(noise(3, 8, 8)),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(np.arange(5) % 2)),
        "train-images-idx3-ubyte.gz": gzip.compress(idx(GREY)),
    }
    images = read("mnist.zip", packed(members))
    np.testing.assert_array_equal(images.pixels[:, 0], GREY)
    assert images.y.tolist() == [0, 1, 0, 1, 0]
    assert "left out “t10k-images-idx3-ubyte”" in images.notes[0]


@pytest.mark.parametrize("order", [1, -1])
def test_labels_in_a_zip_are_those_of_the_same_name(order):
    members = {
        "t10k-labels": idx(np.zeros(5)),
        "train-images": idx(GREY),
        "train-labels": idx(np.arange(5)),
        "validation-labels": idx(np.zeros(5)),
    }
    images = read("a.zip", packed(dict(list(members.items())[::order])))
    assert images.y.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (idx(GREY)[:-1], "5 x 9 x 9, and 404 bytes follow"),
        (idx(GREY) + b"1", "and 406 bytes follow"),
        (idx(GREY)[:9], "and 0 bytes follow"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + b"1", "and 1 bytes follow"),
        (idx(GREY, kind=0x0D), "of fractions"),
        (idx(np.arange(5)), "these along with them"),
        (idx(noise(2, 2, 2, 2, 2)), "has shape (2, 2, 2, 2, 2)"),
        (idx(np.zeros((0, 8, 8))), "has shape (0, 8, 8)"),
    ],
)
def test_idx_that_is_wrong(raw, words):
    assert words in refused(raw)


def test_labels_must_fit():
    assert "5 images and 4 labels" in refused(idx(GREY), labels=("l", idx(np.arange(4))))
    assert "exchanged" in refused(idx(GREY), labels=("l", idx(GREY)))
    assert "no single array" in refused(idx(GREY), labels=("l", b"a,b\n"))
    assert "no single array" in refused(examples()["a.zip"], labels=("l", idx(np.arange(4))))
    column = npy(np.array([["b"], ["a"], ["b"], ["a"], ["a"]]))
    images = read("a", npy(GREY), labels=("l.npy", column))
    assert (images.y.tolist(), images.classes) == ([1, 0, 1, 0, 0], ("a", "b"))


# NumPy


@pytest.mark.parametrize(
    ("array", "pixels"),
    [
        (GREY, GREY[:, None]),
        (GREY[..., None], GREY[:, None]),
        (GREY[:, None], GREY[:, None]),
        (COLOUR, COLOUR.transpose(0, 3, 1, 2)),
        (COLOUR.transpose(0, 3, 1, 2), COLOUR.transpose(0, 3, 1, 2)),
        (noise(2, 9, 9, 4), noise(2, 9, 9, 4)[..., :3].transpose(0, 3, 1, 2)),
        (np.asfortranarray(COLOUR), COLOUR.transpose(0, 3, 1, 2)),
        (GREY / 255.0, GREY[:, None]),
        ((GREY / 255.0).astype(np.float32), GREY[:, None]),
        (GREY.astype(">f8"), GREY[:, None]),
        (GREY / 127.5 - 1, GREY[:, None]),
        (GREY.astype(np.int64), GREY[:, None]),
        (GREY.astype(np.uint16) * 257, GREY[:, None]),
    ],
    ids=["plain", "last", "second", "rgb last", "rgb second", "rgba", "fortran", "unit", "single",
         "big-endian", "signed unit", "int64", "uint16"],
)  # fmt: skip
def test_arrays_of_every_kind(array, pixels):
    np.testing.assert_array_equal(read("a.npy", npy(array)).pixels, pixels)


def test_sixteen_bits_keep_the_upper_eight():
    values = np.array([0, 255, 256, 1000, 65535], np.uint16).reshape(1, 1, 5)
    images = read("a.npy", npy(values))
    assert images.pixels.ravel().tolist() == [0, 0, 1, 3, 255]
    assert "upper eight bits" in images.notes[0]


@pytest.mark.parametrize(("low", "scale"), [(0.0, 255), (-1.0, 127.5)])
def test_fractions_are_rounded_to_the_nearest_level(low, scale):
    values = np.linspace(low, 1, 1001).reshape(-1, 7, 13)
    error = read("a", npy(values)).pixels[:, 0] - (values - low) * scale
    assert np.abs(error).max() <= 0.501


@pytest.mark.parametrize(("top", "levels"), [(1, 2), (16, 17), (31, 32), (32, 256), (0, 2)])
def test_levels_are_counted_where_they_are_few(top, levels):
    assert read("a", npy(np.full((2, 3, 3), top, np.uint8))).levels == levels


def test_true_and_false_are_two_levels():
    images = read("a", npy(GREY > 100))
    np.testing.assert_array_equal(images.pixels[:, 0], GREY > 100)
    assert images.levels == 2


@pytest.mark.parametrize(
    ("arrays", "n", "y"),
    [
        ({"x": GREY, "y": np.array([3, 3, 9, 9, 3])}, 5, [0, 0, 1, 1, 0]),
        ({"images": GREY, "labels": np.arange(5)[:, None] % 2}, 5, [0, 1, 0, 1, 0]),
        ({"arr_0": GREY, "arr_1": np.array(list("baabb"))}, 5, [1, 0, 0, 1, 1]),
        ({"x": GREY, "weights": np.arange(5), "other": np.arange(5)}, 5, None),
        ({"x": GREY, "score": np.arange(5) / 3}, 5, None),
        ({"x": GREY}, 5, None),
        (
            {
                "x_test": noise(9, 8, 8),
                "y_test": np.zeros(9, int),
                "x_train": GREY,
                "y_train": np.arange(5) % 2,
            },
            5,
            [0, 1, 0, 1, 0],
        ),
        (
            {  # two of one length: the name decides which labels belong
                "val_images": GREY,
                "val_labels": np.zeros((5, 1), int),
                "train_images": GREY,
                "train_labels": np.arange(5)[:, None] % 2,
            },
            5,
            [0, 1, 0, 1, 0],
        ),
    ],
    ids=["x y", "column", "unnamed", "ambiguous", "fractions", "none", "keras", "medmnist"],
)
def test_npz_finds_images_and_labels(arrays, n, y):
    images = read("a.npz", npz(**arrays))
    assert len(images) == n
    assert (images.y if y is None else images.y.tolist()) == y
    assert any("left out" in note for note in images.notes) == (len(arrays) > 1 + (y is not None))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (npz(x=np.array([{}, 1], object)), "looks like images"),
        (npy(np.array([[[{}]]], object), allow_pickle=True), "objects are pickled"),
        (npz(x=np.zeros((3, 64))), "(3, 64) float64"),
        (npy(np.zeros((2, 5, 7, 6))), "no axis counts channels"),
        (npy(np.full((2, 3, 3), np.nan)), "values from nan to nan"),
        (npy(np.full((2, 3, 3), -5.0)), "values from -5 to -5"),
        (npy(np.full((2, 3, 3), 300)), "values from 300 to 300"),
        (npy(np.full((2, 3, 3), 1j)), "something else than numbers"),
        (npy(np.zeros((2, 3, 3), "M8[s]")), "something else than numbers"),
        (npy(np.zeros((2, 3, 3), "U2")), "not brightness"),
        (npy(np.zeros((2, 3, 3), "u1,i4")), "something else than numbers"),
        (npy(GREY)[:-1], "405 bytes, shape (5, 9, 9); 404 are there"),
        (npy(GREY)[:20], "header that cannot be read"),
        (npy(np.array(3)), "has shape ()"),
        (npy(GREY).replace(b"(5, 9, 9)", b"(-5, 9,9)"), "shape (-5, 9, 9)"),
    ],
)  # fmt: skip
def test_arrays_that_are_wrong(raw, words):
    assert words in refused(raw)


def test_no_pickle_is_ever_loaded(tmp_path):
    target = tmp_path / "touched"

    class Trap:
        def __reduce__(self):
            return Path.touch, (target,)

    trap = np.array([Trap()] * 4, object).reshape(1, 2, 2)
    for raw in (
        npy(trap, allow_pickle=True),
        packed({"x.npy": npy(trap, allow_pickle=True)}),
        npz(x=GREY) + pickle.dumps(Trap()),
        pickle.dumps(Trap()),
    ):
        with suppress(ImageError):
            read("a", raw)
    assert not target.exists()


# Pictures


def test_folders_are_labels():
    members = {
        "set/dogs/2.png": COLOUR[0],
        "set/cats/1.PNG": COLOUR[1],
        "set/dogs/1.png": COLOUR[2],
        "__MACOSX/set/dogs/._1.png": COLOUR[3],
        "set/.DS_Store": COLOUR[3],
        "set/notes.txt": COLOUR[3],
    }
    images = read("a.zip", packed({name: picture(image) for name, image in members.items()}))
    np.testing.assert_array_equal(images.pixels.transpose(0, 2, 3, 1), COLOUR[[1, 2, 0]])
    assert (images.y.tolist(), images.classes) == ([0, 1, 1], ("cats", "dogs"))
    assert images.notes == ("1 other file was passed by.",)


@pytest.mark.parametrize("folder", ["", "one/", "a\\b\\"])
def test_one_folder_is_no_label(folder):
    images = read("a.zip", packed({f"{folder}{i}.png": picture(COLOUR[i]) for i in range(3)}))
    assert (images.y, images.classes) == (None, ())


def test_names_in_an_archive_are_only_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [
        "../../up/a.png",
        "/etc/b.png",
        "c:\\win\\c.png",
        "x\u202e\n<b>/d.png",
        "y" * 300 + "/e.png",
    ]
    images = read("a.zip", packed({name: picture(COLOUR[0]) for name in names}))
    assert images.classes == ("etc", "up", "win", "x <b>", "y" * 60 + "…")
    assert not list(tmp_path.iterdir())


def test_too_many_classes_are_no_classes(monkeypatch):
    monkeypatch.setattr(limits, "MOST_CLASSES", 3)
    raw = packed({f"{i}/a.png": picture(COLOUR[0]) for i in range(4)})
    images = read("a.zip", raw)
    assert images.y is None
    assert "4 different values" in images.notes[0]


def averaged(image, side):
    """Area average of the middle square (S, S), S a multiple of the side."""
    h, w = image.shape[:2]
    edge = min(h, w)
    top, left = (h - edge) // 2, (w - edge) // 2
    square = image[top : top + edge, left : left + edge].astype(float)
    k = edge // side
    return square.reshape(side, k, side, k, -1).mean((1, 3))


@pytest.mark.parametrize("shape", [(32, 32), (32, 50), (81, 64), (16, 16)])
def test_pictures_are_cut_and_averaged(shape):
    image = noise(*shape, 3)
    images = read("a.zip", packed({"a.png": picture(image)}), side=16)
    expected = averaged(image, 16)
    assert (
        np.abs(images.pixels[0].transpose(1, 2, 0) - expected).max() <= 1.01
    )  # Pillow rounds twice
    assert bool(images.notes) == (shape != (16, 16))


@pytest.mark.parametrize("shape", [(32, 32), (48, 80)])
@pytest.mark.parametrize("channels", [1, 3])
def test_arrays_are_cut_and_averaged_alike(shape, channels):
    image = noise(2, *shape, channels)
    images = read("a.npy", npy(image), side=16)
    for i in range(2):
        expected = averaged(image[i], 16).transpose(2, 0, 1)
        assert np.abs(images.pixels[i] - expected).max() <= 1.01  # Pillow rounds twice
    assert f"{shape[0]} x {shape[1]} to 16 x 16" in images.notes[0]
    assert ("square in its middle" in images.notes[0]) == (shape[0] != shape[1])


def test_few_levels_stay_few_when_resized():
    images = read("a.npy", npy(noise(3, 32, 32) % 17), side=16)
    assert images.levels <= 17
    assert images.pixels.max() >= 8


@pytest.mark.parametrize(
    ("sizes", "side"),
    [([(9, 9)] * 3, 9), ([(9, 9), (20, 30), (12, 12)], 12), ([(70, 90)] * 3, 64), ([(5, 5)], 5)],
)
def test_the_side_is_the_usual_one(sizes, side):
    raw = packed({f"{i}.png": picture(noise(*size, 3)) for i, size in enumerate(sizes)})
    images = read("a.zip", raw)
    assert images.shape == (3, side, side)
    assert bool(images.notes) == (set(sizes) != {(side, side)})


def test_small_arrays_stay_as_they_are_and_large_ones_are_reduced():
    assert read("a", npy(noise(2, 1, 30))).shape == (1, 1, 30)
    assert read("a", npy(noise(2, 65, 66))).shape == (1, 64, 64)
    assert read("a", npy(noise(2, 70, 30))).shape == (1, 64, 64)


@pytest.mark.parametrize("side", [7, 65, 0, -8])
def test_a_side_out_of_range_is_a_mistake(side):
    with pytest.raises(ValueError, match="side is 8 to 64"):
        read("a", npy(GREY), side=side)


def test_grey_pictures_are_one_channel():
    raw = packed({f"{i}.png": picture(image, mode="RGB") for i, image in enumerate(GREY)})
    images = read("a.zip", raw)
    np.testing.assert_array_equal(images.pixels[:, 0], GREY)
    assert images.notes == ("All images are grey: read as one channel.",)


def test_transparency_lies_on_white():
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[..., :3], rgba[:4, :, 3] = (200, 10, 20), 255
    rgba[4:6, :, 3] = 51
    pixels = read("a.zip", packed({"a.png": picture(rgba)})).pixels[0]
    assert (pixels[:, :4] == np.array([200, 10, 20])[:, None, None]).all()
    assert (pixels[:, 6:] == 255).all()
    mixed = 255 + (np.array([200, 10, 20]) - 255) * 0.2
    assert np.abs(pixels[:, 4:6] - mixed[:, None, None]).max() <= 1


def test_pictures_are_turned_as_their_camera_said():
    image = Image.fromarray(COLOUR[0])
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    turned = picture(image, exif=exif)
    pixels = read("a.zip", packed({"a.png": turned})).pixels[0]
    np.testing.assert_array_equal(pixels.transpose(1, 2, 0), np.rot90(COLOUR[0], -1))
    assert ImageOps.exif_transpose(Image.open(io.BytesIO(turned))).size == (10, 10)


def test_modes_of_pictures():
    deep = Image.fromarray(GREY[0].astype(np.uint16) * 257)
    raw = {
        "16 bits.png": picture(deep),
        "bits.png": picture(GREY[1] > 99),
        "cmyk.jpg": picture(np.full((9, 9, 3), 90, np.uint8), "JPEG", "CMYK"),
        "palette.png": picture(np.full((9, 9, 3), (255, 0, 0), np.uint8), mode="P"),
    }
    pixels = read("a.zip", packed(raw)).pixels
    np.testing.assert_array_equal(pixels[0], np.broadcast_to(GREY[0], (3, 9, 9)))
    np.testing.assert_array_equal(pixels[1, 0], 255 * (GREY[1] > 99))
    assert np.abs(pixels[2].astype(int) - 90).max() <= 3
    assert (pixels[3] == np.array([255, 0, 0])[:, None, None]).all()


def test_a_large_jpeg_is_reduced_as_an_average():
    image = np.kron(noise(16, 16, 3), np.ones((80, 80, 1), np.uint8))  # 1280 x 1280
    pixels = read("a.zip", packed({"a.jpg": picture(image, "JPEG", quality=95)}), side=16).pixels
    assert np.abs(pixels[0].transpose(1, 2, 0) - averaged(image, 16)).mean() < 2


def test_damaged_pictures_are_left_out_and_named():
    members = {f"{'ab'[i % 2]}/{i}.png": picture(COLOUR[i]) for i in range(4)}
    members["a/bad.png"] = members["a/0.png"][:-30]
    members["a/worse.png"] = b"not a picture"
    images = read("a.zip", packed(members))
    assert len(images) == 4
    assert images.y.tolist() == [0, 0, 1, 1]
    assert images.notes == (
        "2 pictures were left out as damaged or too large: “bad.png”, “worse.png”.",
    )


def bomb(w, h):
    """The beginning of a PNG that says it is w x h."""
    raw = picture(COLOUR[0])
    return raw[:16] + struct.pack(">II", w, h) + raw[24:]


@pytest.mark.parametrize("size", [(6000, 6000), (20_000, 20_000), (2**31 - 1, 2**31 - 1), (0, 5)])
def test_pictures_that_unfold_are_not_decoded(size):
    assert "25 million" in refused(packed({"a.png": bomb(*size)}))


def test_a_picture_has_a_limit(monkeypatch):
    monkeypatch.setattr(limits, "LARGEST_PICTURE", 99)
    raw = packed({"a.png": picture(COLOUR[0]), "b.png": picture(GREY[0])})
    images = read("a", raw)
    assert len(images) == 1
    assert "too large: “a.png”" in images.notes[0]


def test_pictures_have_a_limit_in_all(monkeypatch):
    monkeypatch.setattr(limits, "MOST_PIXELS", 399)
    assert "million pixels in all" in refused(examples()["stored.zip"])
    monkeypatch.setattr(limits, "MOST_PIXELS", 400)
    assert len(read("a", packed({f"{i}.png": picture(COLOUR[i]) for i in range(4)}))) == 4


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (packed({}), "an empty zip archive"),
        (packed({"a.txt": b"1", "b.csv": b"2"}), "It holds “a.txt”, “b.csv”"),
        (packed({".DS_Store": b"1"}), "It is empty"),
        (packed({"a.png": b"1"}), "Of 1 picture none can be decoded"),
        (packed({"a.png": picture(COLOUR[0])}, zipfile.ZIP_BZIP2), "unusual way"),
        (packed({"a.png": picture(COLOUR[0])}, zipfile.ZIP_LZMA), "unusual way"),
        (examples()["a.zip"][:-30], "archive is damaged"),
        (b"PK\3\4" + bytes(60), "archive is damaged"),
    ],
)
def test_archives_that_are_wrong(raw, words):
    assert words in refused(raw)


def test_a_locked_archive():
    raw = bytearray(examples()["stored.zip"])
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = raw.find(sign)
        while place >= 0:
            raw[place + at] |= 1
            place = raw.find(sign, place + 1)
    assert "locked with a password" in refused(bytes(raw))


# Parquet


@pytest.mark.parametrize(
    ("columns", "names", "y", "classes"),
    [
        ({"label": [1, 0, 1, 0]}, ["cat", "dog"], [1, 0, 1, 0], ("cat", "dog")),
        ({"label": [5, 2, 5, 2]}, ["cat", "dog"], [1, 0, 1, 0], ("2", "5")),
        ({"label": list("baba")}, None, [1, 0, 1, 0], ("a", "b")),
        ({"Label": [1, 1, 0, 0]}, None, [1, 1, 0, 0], ("0", "1")),
        ({"caption": list("abcd")}, None, None, ()),
        ({"label": [1, None, 1, 0]}, None, None, ()),
        ({}, None, None, ()),
    ],
)
def test_parquet_labels(columns, names, y, classes):
    raw = parquet({"image": structs([picture(image) for image in COLOUR])} | columns, names)
    images = read("a.parquet", raw)
    np.testing.assert_array_equal(images.pixels.transpose(0, 2, 3, 1), COLOUR)
    assert (images.y if y is None else images.y.tolist()) == y
    assert images.classes == classes
    assert ("gaps" in "".join(images.notes)) == (None in columns.get("label", ()))


def test_parquet_finds_its_pictures():
    raw = [picture(image) for image in COLOUR]
    columns = {"thumbnail": pa.array([b"1"] * 4), "img": pa.array(raw), "id": [1, 2, 3, 4]}
    images = read("a.parquet", parquet(columns, row_group_size=2, compression="zstd"))
    np.testing.assert_array_equal(images.pixels.transpose(0, 2, 3, 1), COLOUR)


def test_parquet_leaves_damaged_rows_out_with_their_labels():
    pictures = [picture(image) for image in COLOUR]
    pictures[1], pictures[3] = None, b"nothing"
    images = read("a.parquet", parquet({"image": structs(pictures), "label": list("abcd")}))
    assert images.classes == ("a", "c")
    assert "“row 2”, “row 4”" in images.notes[0]


@pytest.mark.parametrize("about", [b"[", b"[1]", b'{"info": 3}', b'{"info": {"features": []}}'])
def test_parquet_metadata_may_be_anything(about):
    table = pa.table({"image": structs([picture(COLOUR[0])]), "label": [0]})
    out = io.BytesIO()
    pa.parquet.write_table(table.replace_schema_metadata({b"huggingface": about}), out)
    assert read("a", out.getvalue()).classes == ("0",)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (parquet({"a": [1], "url": ["x"]}), "Its columns are “a”, “url”"),
        (parquet({"image": structs([])}), "Of 0 pictures none"),
        (examples()["a.parquet"][:-9], "Parquet file is damaged"),
        (b"PAR1", "Parquet file is damaged"),
    ],
)
def test_parquet_that_is_wrong(raw, words):
    assert words in refused(raw)


# Anything else


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.png"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (picture(GREY[0]), "a single PNG picture"),
        (picture(GREY[0], "JPEG"), "a single JPEG picture"),
        (picture(GREY[0], "GIF"), "a GIF picture"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (pickle.dumps({"data": GREY}), "a Python pickle"),
        (b"id,g__A\n1,2\r\n\t", "is text"),
        (tar(), "a tar archive"),
        (b"\x01\x02\x03", "not known here"),
        (gzip.compress(b"\x01\x02\x03", mtime=0), "not known here"),
        (gzip.compress(idx(GREY), mtime=0)[:-20], "gzip file “a.bin” is damaged"),
    ],
)
def test_other_files_are_recognised(raw, words):
    assert words in refused(raw)


# Sizes


def zeros(n):
    return np.zeros((1, n, 1000), np.uint8)


@pytest.mark.parametrize(
    "raw",
    [
        gzip.compress(bytes(20_000_000)),
        gzip.compress(idx(zeros(20_000))),
        npz(x=zeros(20_000)),
        npy(zeros(20)).replace(b"(1, 20, 1000)", b"(1, 2000000, 1000)"),
        packed({"a.gz": gzip.compress(idx(zeros(20_000)))}),
        packed({f"{i}.png": bytes(400_000) for i in range(3)}),
        packed({"x.npy": npy(zeros(1)) + bytes(20_000_000)}),
        packed({"a.png": bytes(20_000_000)}),
        packed({"x.npy": npy(zeros(1))[:8] + b"\xff\x7f" + bytes(20_000_000)}),
        b"\0\0\x08\x03\0\0\0\1\0\x98\x96\x80\0\0\0\2" + bytes(10),
    ],
    ids=[
        "gzip",
        "idx.gz",
        "npz",
        "npy",
        "idx in zip",
        "pictures",
        "npz tail",
        "zip",
        "npz header",
        "idx",
    ],
)
def test_small_files_that_claim_or_unfold_to_much_take_little(raw, monkeypatch):
    monkeypatch.setattr(limits, "LARGEST", 1_000_000)
    tracemalloc.start()
    try:
        with suppress(ImageError):
            read("a", raw)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000 + 2 * len(raw)
    finally:
        tracemalloc.stop()


def test_what_is_larger_than_allowed_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "LARGEST", 300)
    pictures = packed({"a.png": bytes(200), "b.png": bytes(200)})
    for raw in (idx(GREY), npy(GREY), npz(x=GREY), gzip.compress(idx(GREY)), pictures):
        assert "once it is unpacked. Expected at most 300" in refused(raw)


def test_many_are_refused_before_they_are_listed(monkeypatch):
    monkeypatch.setattr(limits, "MOST_MEMBERS", 3)
    assert "too many files" in refused(examples()["a.zip"])
    monkeypatch.setattr(limits, "MOST_IMAGES", 3)
    for name in ("a.npy", "a.parquet"):
        assert "Expected at most 3" in refused(examples()[name])


def test_a_parquet_that_unfolds_is_refused(monkeypatch):
    raw = parquet({"image": structs([bytes(100_000)] * 100)})
    assert len(raw) < 50_000
    monkeypatch.setattr(limits, "LARGEST", 1_000_000)
    assert "once it is unpacked" in refused(raw)
