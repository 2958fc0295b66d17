"""Figures of a prior: what they say are the numbers they got."""

from math import log

import numpy as np
import pytest

from latentcore.figures import prior, tiles

RUNGS = np.array([7.0, 6.7, 5.1, 4.3])


def test_the_climb_marks_the_lowest_bits_on_held_out_maps():
    steps = np.arange(0, 500, 100)
    held = np.array([7.2, 4.5, 4.3, 4.9, 5.6])
    figure = prior.climb((steps, np.linspace(7, 2, 5)), (steps, held), RUNGS[:3])
    by_name = {trace.name: trace for trace in figure.data}
    assert (by_name["lowest"].x[0], by_name["lowest"].y[0]) == (200, 4.3)
    np.testing.assert_array_equal(by_name["held out"].y, held)
    assert [line.y0 for line in figure.layout.shapes] == [7.0, 6.7, 5.1]
    assert figure.layout.yaxis.range[1] > 7


def test_before_the_first_picture_there_is_nothing_to_mark():
    nothing = np.array([]), np.array([])
    assert len(prior.climb(nothing, nothing, ()).data) == 2


def test_nats_by_position_are_shown_in_bits():
    nats = np.arange(12).reshape(3, 4) * log(2)
    heat = prior.by_position(nats).data[0]
    np.testing.assert_allclose(heat.z, np.arange(12).reshape(3, 4))
    assert prior.by_position(np.ones((12, 12))).data[0].texttemplate is None


@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_stand_in_their_places(channels):
    rng = np.random.default_rng(0)
    rows = {name: rng.integers(0, 255, (5, channels, 8, 6), np.uint8) for name in ("<i>a</i>", "b")}
    figure = tiles.tiles(rows, "12345")
    sheet = figure.data[0].z
    assert sheet.shape == (2 * 8 + 1, 5 * 6 + 4, 4)
    expected = np.moveaxis(np.broadcast_to(rows["b"][3], (3, 8, 6)), 0, 2)
    np.testing.assert_array_equal(sheet[9:17, 21:27, :3], expected)
    assert (sheet[8] == 0).all() and (sheet[9:17, 21:27, 3] == 255).all()
    assert figure.layout.yaxis.ticktext[0] == "&lt;i&gt;a&lt;/i&gt;"


def test_rows_of_different_pictures_are_refused():
    rows = {"a": np.zeros((2, 1, 8, 8), np.uint8), "b": np.zeros((3, 1, 8, 8), np.uint8)}
    with pytest.raises(ValueError, match="one shape"):
        tiles.tiles(rows)


def test_pictures_are_what_was_decoded_or_the_map_itself():
    codes = np.array([[[0, 1], [2, 3]]])
    arrays = {"codes": np.array(4), "grey": np.array(True), "drawn.codes": codes}
    assert tiles.pictures(arrays, "drawn").tolist() == [[[[0, 85], [170, 255]]]]
    coloured = tiles.pictures(arrays | {"grey": np.array(False)}, "drawn")
    assert coloured.shape == (1, 3, 2, 2) and coloured[0, :, 0, 1].tolist() == [0xC0, 0x30, 0]
    seen = np.zeros((1, 1, 6, 6), np.uint8)
    assert tiles.pictures(arrays | {"drawn.seen": seen}, "drawn") is seen
    along = {"drawn.seen": np.stack([seen, seen + 9]), "drawn.after": np.array([0, 4])}
    assert (tiles.pictures(arrays | along, "drawn") == 9).all()
