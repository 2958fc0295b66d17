"""Pictures of models with codes: small, NumPy only, and saying what the model says."""

import numpy as np
import pytest
import torch

from latentcore.data.images import digits
from latentcore.data.images.imageset import split
from latentcore.figures.codebook import Showing, pack
from latentcore.networks.quantizers import PRESETS, QuantizerSettings
from latentcore.networks.vqvae import (
    VQVAE,
    ByLikelihood,
    ByLikelihoodSettings,
    CompositionSettings,
    CompositionVQVAE,
    VQVAESettings,
)
from latentcore.runs.dataset import Dataset
from latentcore.runs.pictures import picture
from latentcore.training import Plan, Run, train
from latentcore.training.store import arrays


def images():
    kept, held = split(digits.load(), 0.2)
    return Dataset(kept.scaled()[:300], held.scaled()[:60], kept.y[:300], None, kept.classes)


def table(counts=True):
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=90)
    shares = np.stack([rng.dirichlet(a) for a in rng.gamma(0.5, 4, (3, 12))[y] + 0.1])
    shares = (shares + 1e-6) / (shares + 1e-6).sum(1, keepdims=True)
    x = np.stack([rng.multinomial(2000, p) for p in shares]) if counts else shares
    x = x.astype(np.int64) if counts else x.astype(np.float32)
    names = tuple(f"tāxon\n{i}" for i in range(12))
    return Dataset(x[:70], x[70:], y[:70], y[70:], ("a", "b", "c"), names)


def trained(make, settings, data, steps=12):
    run = Run.start(make, settings, learning_rate=3e-3)
    for _ in train(run, (torch.from_numpy(data.x),), Plan(steps=steps)):
        pass
    return run


@pytest.fixture(scope="module")
def of_digits():
    data = images()
    quantizer = QuantizerSettings(codes=32, width=4, kmeans=True, restart=0.5, decay=0.5)
    run = trained(VQVAE, VQVAESettings(hidden=8, blocks=1, quantizer=quantizer), data)
    return run, data, picture(run, data)


def test_the_picture_counts_as_the_model_does(of_digits):
    run, data, seen = of_digits
    x = torch.from_numpy(data.x)
    np.testing.assert_array_equal(seen["counts"], run.model.usage(x).counts)
    index = run.model.encode(x).numpy()
    for k in range(32):
        np.testing.assert_array_equal(seen["used"][k], (index == k).sum(0))
    test = torch.from_numpy(data.test[:32])
    np.testing.assert_array_equal(seen["index"], run.model.encode(test))
    known = run.model.reconstruct(test).detach().numpy()
    assert seen["error"] == pytest.approx(((known - data.test[:32]) ** 2).mean(), rel=1e-4)
    np.testing.assert_allclose(seen["reconstruction"] / 255, known.clip(0, 1), atol=0.51 / 255)
    assert seen["moved"].max() > 0 and seen["step"] == 12 and not seen["passing"]


def test_codes_and_outputs_share_a_plane_that_keeps_their_distances(of_digits):
    run, data, seen = of_digits
    z = run.model.encoded(torch.from_numpy(data.x)).detach().permute(0, 2, 3, 1).reshape(-1, 4)
    z = z.double().numpy()
    variance = np.linalg.eigvalsh(np.cov(z.T))[::-1]
    np.testing.assert_allclose(seen["explained"], variance[:2] / variance.sum(), rtol=1e-4)
    at = np.linspace(0, len(z) - 1, 400).astype(int)
    axes = np.linalg.lstsq(z[at] - z.mean(0), seen["encoded"], rcond=None)[0]
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-3)
    codes = run.model.quantizer.codebook.detach().numpy()
    np.testing.assert_allclose((codes - z.mean(0)) @ axes, seen["place"], atol=1e-3)
    np.testing.assert_array_equal(seen["owner"], run.model.encode(
        torch.from_numpy(data.x)).flatten()[at])  # fmt: skip


def test_what_a_code_decodes_to_is_the_middle_of_a_map_full_of_it(of_digits):
    run, _, seen = of_digits
    full = torch.full((1, 4, 4), 5)
    whole = run.model.likelihood.mean(run.model.decode(full)).detach().numpy()[0]
    tall = seen["decoded"].shape[2]
    edge = (8 - tall) // 2
    middle = whole[:, edge : edge + tall, edge : edge + tall].clip(0, 1)
    np.testing.assert_allclose(seen["decoded"][5] / 255, middle, atol=0.51 / 255)


def test_the_picture_changes_nothing_and_can_be_kept(of_digits):
    run, data, seen = of_digits
    before = {k: v.clone() for k, v in run.module.state_dict().items()}
    state = run.generator.get_state()
    again = picture(run, data)
    assert all(torch.equal(before[k], v) for k, v in run.module.state_dict().items())
    assert torch.equal(state, run.generator.get_state())
    for name in seen:
        np.testing.assert_array_equal(seen[name], again[name])
    assert len(arrays.pack(seen)) < 60_000
    assert len(pack([(12, seen)], Showing("id", 12))) < 60_000


@pytest.mark.parametrize("preset", ["FSQ", "SimVQ", "soft EM", "Gumbel-softmax", "cosine"])
def test_every_quantiser_can_be_drawn(preset):
    data = images()
    settings = VQVAESettings(hidden=8, blocks=0, quantizer=PRESETS[preset])
    seen = picture(Run.start(VQVAE, settings), data)
    codes = len(seen["counts"])
    assert seen["place"].shape == (codes, 2) and np.isfinite(seen["encoded"]).all()
    assert pack([(0, seen)], Showing("id", 1))


def test_large_colour_images_stay_small():
    rng = np.random.default_rng(0)
    x = rng.random((40, 3, 48, 48), dtype=np.float32)
    settings = VQVAESettings((3, 48, 48), (6, 6), 8, 0, quantizer=QuantizerSettings(codes=512))
    seen = picture(Run.start(VQVAE, settings), Dataset(x[:30], x[30:]))
    assert sum(a.nbytes for a in seen.values()) < 400_000
    assert seen["decoded"].shape[0] == 512 and seen["decoded"].shape[2] >= 8


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("slots", [1, 3])
def test_codes_of_a_table_are_types_with_profiles(counts, slots):
    data = table(counts)
    settings = CompositionSettings(
        12, slots, (16,), "Dirichlet-multinomial" if counts else "Dirichlet",
        QuantizerSettings(codes=6, width=3, kmeans=True),
    )  # fmt: skip
    run = trained(CompositionVQVAE, settings, data)
    seen = picture(run, data)
    index = run.model.encode(torch.from_numpy(data.x)).numpy().reshape(70, slots)
    shares = data.x / data.x.sum(1, keepdims=True)
    for k in np.unique(index):
        held = (index == k).sum(1)
        profile = (held[:, None] * shares).sum(0) / held.sum()
        np.testing.assert_allclose(seen["profile"][k], profile[seen["kept"]], atol=1e-5)
        known = [held[data.y == c].sum() for c in range(3)]
        np.testing.assert_array_equal(seen["table"][k], known)
    names = seen["names"].tobytes().decode().split("\n")
    assert names[3] == "tāxon 3" and len(names) == 12
    assert seen["classes"].tobytes().decode() == "a\nb\nc"
    assert pack([(12, seen)], Showing("id", 12))


def test_codes_without_an_encoder_and_without_labels():
    data = table()
    bare = Dataset(data.x, data.test, names=data.names)
    seen = picture(trained(ByLikelihood, ByLikelihoodSettings(12, 5), bare), bare)
    assert "table" not in seen and "label" not in seen and len(seen["classes"]) == 0
    assert not seen["passing"] and seen["counts"].sum() == 70
    np.testing.assert_allclose(seen["decoded"].sum(1), 1, rtol=1e-4)
    assert pack([(12, seen)], Showing("id", 12))
