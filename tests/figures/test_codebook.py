import json

import numpy as np
import pytest

from latentcore.figures.codebook import SHOWN, Showing, Usage, pack

KINDS = {"f4": "<f4", "i4": "<i4", "u2": "<u2", "u1": "u1"}


def frame(step=100, codes=6, shape=(1, 8, 8), seed=0, **changed):
    rng = np.random.default_rng(seed)
    return step, {
        "counts": np.array([5, 0, 3, 2, 0, 10][:codes], dtype=np.int32),
        "share": np.full(codes, 1 / codes, np.float32),
        "moved": np.array([0, 0, 95, 20, 100, 0][:codes]),
        "step": np.array(step),
        "passing": np.array(step < 50),
        "place": rng.normal(size=(codes, 2)).astype(np.float32),
        "encoded": rng.normal(size=(30, 2)).astype(np.float32),
        "owner": rng.integers(codes, size=30).astype(np.int16),
        "explained": np.array([0.5, 0.25], np.float32),
        "error": np.array(0.125, np.float32),
        "index": rng.integers(codes, size=(16, 4, 4)).astype(np.int16),
        "x": rng.integers(256, size=(16, *shape)).astype(np.uint8),
        "reconstruction": rng.integers(256, size=(16, *shape)).astype(np.uint8),
        "decoded": rng.integers(256, size=(codes, 1, 6, 6)).astype(np.uint8),
        "used": rng.integers(9, size=(codes, 4, 4)).astype(np.int32),
    } | changed


def unpack(raw):
    size = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + size])
    return header, {
        name: np.frombuffer(raw[8 + size :], KINDS[kind], length, offset)
        for name, kind, length, offset in header["arrays"]
    }


def test_all_frames_are_in_the_blob_and_what_does_not_change_is_there_once():
    frames = [frame(step, seed=step) for step in (0, 50, 100)]
    header, arrays = unpack(pack(frames, Showing("id", 400, title="<b>")))
    assert [f["step"] for f in header["frames"]] == [0, 50, 100]
    assert [f["passing"] for f in header["frames"]] == [True, False, False]
    assert (header["K"], header["T"], header["M"], header["S"]) == (6, 3, 30, SHOWN)
    assert header["frames"][0]["used"] == 4 and header["frames"][0]["error"] == 0.125
    for t, (_, picture) in enumerate(frames):
        share = arrays["share"].reshape(3, 6)[t]
        np.testing.assert_allclose(share, picture["counts"] / 20, rtol=1e-6)
        index = arrays["index"].reshape(3, SHOWN, 4, 4)[t]
        np.testing.assert_array_equal(index, picture["index"][:SHOWN])
        np.testing.assert_array_equal(arrays["place"].reshape(3, 6, 2)[t], picture["place"])
    np.testing.assert_array_equal(arrays["decoded"], frames[-1][1]["decoded"].ravel())
    assert len(arrays["x"]) == SHOWN * 64


def test_restarted_codes_are_marked_for_a_while():
    _, arrays = unpack(pack([frame(100)], Showing("id", 400)))
    np.testing.assert_allclose(arrays["revived"], [0, 0, 1 - 5 / 32, 0, 1, 0], atol=1e-6)


def test_a_film_of_large_images_stays_bounded():
    frames = [frame(step, shape=(1, 64, 64)) for step in range(60)]
    raw = pack(frames, Showing("id", 400))
    assert len(raw) < 1_200_000 and unpack(raw)[0]["S"] == 4


def test_tables_and_codes_that_cannot_move():
    without = {"x", "reconstruction", "decoded", "used", "moved", "share", "step"}
    bare = {name: value for name, value in frame()[1].items() if name not in without}
    header, arrays = unpack(pack([(3, bare)], Showing("id", 9)))
    assert header["S"] == 0 and "x" not in arrays and not arrays["revived"].any()


def test_usage_is_that_of_the_networks():
    import torch

    from latentcore.networks.quantizers.usage import Usage as Theirs

    counts = np.array([7, 0, 1, 40, 12])
    ours, theirs = Usage(counts), Theirs(torch.from_numpy(counts))
    assert (ours.used, ours.perplexity) == (theirs.used, pytest.approx(theirs.perplexity))
    assert Usage(np.zeros(3, int)).perplexity == 1 and Usage(np.zeros(3, int)).used == 0


def test_no_frame_no_picture():
    with pytest.raises(ValueError, match="no picture"):
        pack([], Showing("id", 9))
