"""What is drawn of a prior: every array against the model that it is a picture of."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from latentcore.figures.sampling import Sampling
from latentcore.networks.priors.ladder import ladder
from latentcore.networks.priors.settings import PriorSettings
from latentcore.networks.quantizers.presets import PRESETS
from latentcore.networks.vqvae.settings import CompositionSettings, VQVAESettings
from latentcore.runs import here, parts
from latentcore.runs.pictures.prior import BYTES, picture
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import PARTS, Codes, Digits, Levels, Parts
from latentcore.training import Plan, save

PLAN = Plan(steps=15, batch_size=64, look_every=15)
CODES = 12


def trained(model, source, known=None, files=None):
    recipe = Recipe(model, source, PLAN, 1e-2)
    data, run = here.read(recipe, files or {}, known), here.fresh(recipe)
    list(here.events(run, recipe, data))
    return run, data


@pytest.fixture(scope="module")
def vqvae():
    quantizer = replace(PRESETS["k-means"], codes=CODES, width=4)
    run, data = trained(VQVAESettings(hidden=4, blocks=0, quantizer=quantizer), Digits())
    return run.model, data


def prior_of(vqvae, **more):
    settings = {"grid": (4, 4), "codes": CODES, "hidden": 8, "layers": 1} | more
    return trained(PriorSettings("gated", **settings), Codes("vq"), {"vq": vqvae})


@pytest.fixture(scope="module")
def plain(vqvae):
    run, data = prior_of(vqvae)
    return run, data, picture(run, data)


def test_the_ladder_is_that_of_held_out_maps(plain):
    run, data, arrays = plain
    train, test = torch.from_numpy(data.x), torch.from_numpy(data.test)
    rungs = ladder(run.model, train, (test,))
    assert arrays["ladder"].tolist() == [
        rungs.uniform, rungs.marginal, rungs.position, rungs.prior
    ]  # fmt: skip
    assert arrays["nats"].sum() == pytest.approx(16 * np.log(2) * rungs.prior, rel=1e-5)


@pytest.mark.parametrize("part", ["drawn", "upper", "left"])
def test_what_is_said_of_a_draw_is_what_the_model_says_of_the_whole_map(plain, part):
    """All the logits at once, from a full pass, against those position by position."""
    run, _, arrays = plain
    codes = torch.from_numpy(arrays[f"{part}.codes"]).long()
    with torch.no_grad():
        p = run.model.logits(codes).softmax(1).permute(0, 2, 3, 1).numpy()  # n h w K
    entropy = -(p * np.log2(p)).sum(3)
    np.testing.assert_allclose(arrays[f"{part}.entropy"], entropy, atol=5e-3)
    chance = np.take_along_axis(p, codes.numpy()[..., None], 3)[..., 0]
    np.testing.assert_allclose(arrays[f"{part}.chance"], chance, atol=2e-3)
    np.testing.assert_allclose(arrays[f"{part}.share"], -np.sort(-p, 3)[..., :3], atol=2e-3)


@pytest.mark.parametrize("part", ["upper", "left"])
def test_a_given_half_is_kept_and_the_other_drawn(plain, part):
    _, data, arrays = plain
    known = arrays[f"{part}.known"]
    assert known.sum() == 8 and known[0, 0] and not known[3, 3]
    codes, given = arrays[f"{part}.codes"], data.test[: len(arrays[f"{part}.codes"])]
    assert (codes == given)[:, known].all() and not (codes == given)[:, ~known].all()


@pytest.mark.parametrize("part", ["drawn", "upper"])
def test_the_pictures_grow_from_the_frequent_code_to_the_map(plain, part):
    run, data, arrays = plain
    decoder, codes, known = data.decoder, arrays[f"{part}.codes"], arrays[f"{part}.known"]
    after, seen = arrays[f"{part}.after"], arrays[f"{part}.seen"]
    frequent = np.array(
        [np.bincount(data.x[:, r, c]).argmax() for r in range(4) for c in range(4)]
    ).reshape(4, 4)
    order = np.flatnonzero(~known)
    for frame in (0, len(after) // 2, -1):
        there = known.ravel().copy()
        there[order[: after[frame]]] = True
        maps = np.where(there.reshape(4, 4), codes, frequent).astype(np.int64)
        with torch.no_grad():
            mean = decoder.likelihood.mean(decoder.decode(torch.from_numpy(maps)))
        expected = (mean.clamp(0, 1) * 255).round().numpy()
        np.testing.assert_allclose(seen[frame], expected, atol=1)
    assert after[0] == 0 and after[-1] == (~known).sum()


def test_the_browser_can_play_it(plain):
    arrays = plain[2]
    for part in ("drawn", "upper", "left"):
        assert Sampling.of(arrays, part).draws == (16 if part == "drawn" else 8)
    assert sum(array.nbytes for array in arrays.values()) < 200_000


def test_a_look_changes_nothing_and_is_the_same_again(plain):
    run, data, arrays = plain
    before = save(run)
    again = picture(run, data)
    assert save(run) == before
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)


def test_classes_are_drawn_in_turn(vqvae):
    run, data = prior_of(vqvae, classes=10)
    arrays = picture(run, data)
    assert arrays["drawn.y"].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert arrays["named.codes"].shape == (10, 4, 4, 4)
    assert arrays["named.seen"].shape == (10, 4, 1, 8, 8)
    assert arrays["upper.y"].tolist() == data.y_test[:6].tolist()
    assert Sampling.of(arrays, "drawn", data.classes).names[3] == "3"


def test_grey_levels_need_no_decoder():
    run, data = trained(PriorSettings("gated", (8, 8), 4, 8, 1), Levels(Digits(), 4))
    arrays = picture(run, data)
    assert arrays["grey"] and "drawn.seen" not in arrays and "real.seen" not in arrays
    assert Sampling.of(arrays, "left").draws == 32


def test_codes_of_compositions_are_maps_without_pictures():
    rng = np.random.default_rng(0)
    values = rng.multinomial(200, np.full(6, 1 / 6), size=60)
    files = {PARTS: parts.pack(parts.Prepared(values, tuple("abcdef"), None, ()))}
    model, data = trained(CompositionSettings(6, 4, (8,)), Parts("mine"), files=files)
    run, data = trained(
        PriorSettings("masked", (1, 4), model.model.codes, 8, 1), Codes("t"),
        {"t": (model.model, data)},
    )  # fmt: skip
    arrays = picture(run, data)
    assert "drawn.seen" not in arrays and "upper.codes" not in arrays
    assert Sampling.of(arrays, "left").draws == 2


def test_large_pictures_are_decoded_less_often():
    quantizer = PRESETS["paper"]
    large = VQVAESettings((1, 8, 8), (8, 8), 4, 0, quantizer=quantizer)
    model, data = trained(large, Digits())
    run, data = trained(
        PriorSettings("gated", (8, 8), 128, 8, 1), Codes("l"), {"l": (model.model, data)}
    )
    arrays = picture(run, data)
    frames = len(arrays["drawn.after"])
    assert frames * 12 * 64 <= BYTES or frames == 65
    assert arrays["drawn.after"][-1] == 64
