"""The picture of a VAE in training: small, honest numbers, and the run goes on as if unseen."""

import json

import numpy as np
import pytest
import torch

from latentcore.figures.traversal import kl_per_axis
from latentcore.networks.vae import VAESettings
from latentcore.runs import dataset, here
from latentcore.runs.pictures import vae
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits, Shapes
from latentcore.training.events import Snapshot
from latentcore.training.plan import Plan
from tests.networks.test_written import run as run_layers

RECIPES = {
    "digits": Recipe(
        VAESettings((1, 8, 8), 2, encoder="dense", hidden=32), Digits(), Plan(30, look_every=15)
    ),
    "shapes": Recipe(
        VAESettings((3, 12, 12), 3, "discretised logistic", 256, hidden=8),
        Shapes(count=60, side=12), Plan(4, look_every=2),
    ),
}  # fmt: skip


def trained(name):
    recipe = RECIPES[name]
    data = here.read(recipe, {})
    run = here.fresh(recipe)
    return run, data, list(here.events(run, recipe, data))


@pytest.fixture(scope="module", params=RECIPES)
def found(request):
    run, data, _ = trained(request.param)
    return run, data, vae.picture(run, data)


def chosen(data):
    return np.unique(
        np.linspace(0, len(data.test) - 1, min(len(data.test), vae.ENCODED)).astype(int)
    )


def test_posteriors_are_those_of_held_out_samples(found):
    run, data, seen = found
    with torch.no_grad():
        q = run.model.encode(torch.from_numpy(data.test[chosen(data)]))
    np.testing.assert_allclose(seen["mean"], q.mean.numpy(), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(seen["log_variance"], q.log_variance.numpy(), rtol=1e-3, atol=1e-3)
    assert (seen["y"] == data.y_test[chosen(data)]).all()
    assert tuple(json.loads(seen["classes"].tobytes())) == data.classes
    kl = kl_per_axis(seen["mean"], seen["log_variance"]).sum()
    assert kl == pytest.approx(float(seen["terms"][1]), rel=5e-3)


def test_the_decoder_in_sixteen_bits_decodes_to_the_same_bytes(found):
    run, _, seen = found
    model, rng = run.model, np.random.default_rng(0)
    for z in rng.normal(size=(4, model.settings.latent)):
        output = run_layers(seen["layers"], seen["weights"].astype(float), z.reshape(model.cell))
        with torch.no_grad():
            theirs = model.decode(torch.from_numpy(z).float()[None])
            ours = torch.from_numpy(np.asarray(output)).reshape(theirs.shape).float()
            difference = model.likelihood.mean(ours) - model.likelihood.mean(theirs)
        assert float(difference.abs().max()) < 1 / 255


def test_pictures_are_bytes_of_samples_reconstructions_and_new_ones(found):
    run, data, seen = found
    shape = run.model.settings.shape
    assert seen["posterior"].shape == (vae.DRAWS, len(seen["x"]), *shape)
    assert seen["prior"].shape == (vae.NEW, *shape)
    assert {seen[name].dtype for name in ("x", "posterior", "prior")} == {np.dtype(np.uint8)}
    held = run.model.likelihood.scaled(torch.from_numpy(data.test)).numpy()
    for image in seen["x"]:
        assert np.abs(held - image / 255).reshape(len(held), -1).max(1).min() < 0.5 / 255 + 1e-6
    assert seen["axes"].shape == (2, len(vae.WALK), *shape)
    assert seen["between"].shape == (len(vae.WALK), *shape)
    assert (seen["posterior"][0] != seen["posterior"][1]).any(), "draws, not means"


def test_walks_are_those_of_the_model(found):
    run, data, seen = found
    model = run.model
    shown = chosen(data)[np.linspace(0, len(chosen(data)) - 1, len(seen["x"])).astype(int)]
    x, y = torch.from_numpy(data.test[shown]), data.y_test[shown]
    other = int(np.flatnonzero(y != y[0])[0])
    with torch.no_grad():
        ends = model.encode(x).mean[[0, other]]
        middle = model.likelihood.mean(model.decode(ends.mean(0, keepdim=True)))[0]
        axis = int(kl_per_axis(seen["mean"], seen["log_variance"]).argmin())
        z = torch.zeros(1, model.settings.latent)
        z[0, axis] = vae.WALK[0]
        corner = model.likelihood.mean(model.decode(z))[0]
    for byte, mean in [(seen["between"][3], middle), (seen["axes"][1, 0], corner)]:
        np.testing.assert_allclose(byte, 255 * mean.clamp(0, 1).numpy(), atol=0.51)


def test_it_is_small_and_every_look_is_one(found):
    _, _, seen = found
    assert sum(array.nbytes for array in seen.values()) < 200_000


def test_looking_does_not_change_the_run():
    run, data, events = trained("digits")
    seen = [event for event in events if isinstance(event, Snapshot)]
    assert [event.step for event in seen] == [0, 15, 30]
    before = run.generator.get_state().clone()
    again = vae.picture(run, data)
    assert torch.equal(run.generator.get_state(), before)
    for name, array in seen[-1].arrays.items():
        np.testing.assert_array_equal(again[name], array)


def test_without_labels_there_are_none():
    run, data, _ = trained("digits")
    bare = dataset.Dataset(data.x, data.test[:5])
    seen = vae.picture(run, bare)
    assert "y" not in seen and len(seen["mean"]) == len(seen["x"]) == 5
