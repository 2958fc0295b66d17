"""Files of images, made here in every format that is read."""

import gzip
import io
import json
import struct
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def idx(array, kind=0x08):
    head = bytes([0, 0, kind, array.ndim]) + b"".join(struct.pack(">I", n) for n in array.shape)
    return head + array.astype(np.uint8).tobytes()


def npz(**arrays):
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def npy(array, **options):
    out = io.BytesIO()
    np.save(out, array, **options)
    return out.getvalue()


def packed(members, compression=zipfile.ZIP_DEFLATED):
    """A zip archive of name -> bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return out.getvalue()


def picture(pixels, kind="PNG", mode=None, **options):
    """Encoded pixels (H, W) or (H, W, C), or an image as Pillow has it."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    out = io.BytesIO()
    (image.convert(mode) if mode else image).save(out, kind, **options)
    return out.getvalue()


def parquet(columns, names=None, **options):
    """A table as Hugging Face writes it; `names` are those of the column "label"."""
    table = pa.table(columns)
    if names:
        features = {"label": {"names": names, "_type": "ClassLabel"}}
        about = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
        table = table.replace_schema_metadata(about)
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def structs(pictures):
    """A column of pictures."""
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    return pa.array([{"bytes": raw, "path": None} for raw in pictures], kind)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def examples():
    """A small good file of every format, by name."""
    grey, colour = noise(5, 9, 9), noise(4, 10, 12, 3)
    pngs = [picture(image) for image in colour]
    jpegs = [picture(image, "JPEG") for image in colour]
    return {
        "a.idx": idx(grey),
        "a.idx.gz": gzip.compress(idx(grey)),
        "a.npy": npy(grey),
        "a.npz": npz(x=grey, y=np.arange(5)),
        "float.npz": npz(images=colour / 255.0, names=np.array(list("abcd"))),
        "a.zip": packed({f"{'ab'[i % 2]}/{i}.png": raw for i, raw in enumerate(pngs)}),
        "stored.zip": packed({f"{i}.jpg": raw for i, raw in enumerate(jpegs)}, zipfile.ZIP_STORED),
        "mnist.zip": packed(
            {"train-images": idx(grey), "train-labels": idx(np.arange(5))}, zipfile.ZIP_STORED
        ),
        "a.parquet": parquet({"image": structs(pngs), "label": [0, 1, 1, 0]}, ["cat", "dog"]),
    }
