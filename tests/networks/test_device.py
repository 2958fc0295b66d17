"""The device is chosen by itself, can be named, and arithmetic follows the hardware."""

import pytest
import torch

from latentcore.networks import device


def test_the_best_device_there_is(monkeypatch):
    monkeypatch.delenv("LATENT_DEVICE", raising=False)
    assert device.choose().type == device.available()[0]
    assert device.available()[-1] == "cpu"


@pytest.mark.parametrize(
    ("cuda", "mps", "expected"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_cuda_comes_before_mps_before_cpu(monkeypatch, cuda, mps, expected):
    monkeypatch.delenv("LATENT_DEVICE", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert device.choose().type == expected


@pytest.mark.parametrize("name", ["cpu", " CPU ", "cpu:0"])
def test_the_environment_overrides(monkeypatch, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setenv("LATENT_DEVICE", name)
    assert device.choose().type == "cpu"


@pytest.mark.parametrize("name", ["tpu", "cpu:first", "cpu:7", "gpu", "meta"])
def test_a_wrong_device_is_an_error_that_says_what_there_is(monkeypatch, name):
    monkeypatch.setenv("LATENT_DEVICE", name)
    with pytest.raises(ValueError, match=f"LATENT_DEVICE={name} .*which has .*cpu"):
        device.choose()


@pytest.mark.parametrize("there", [True, False])
def test_bfloat16_only_where_the_processor_has_it(monkeypatch, there):
    cpu = torch.device("cpu")
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": there})
    weight, x = torch.ones(2, 2), torch.ones(2, 2)
    with device.autocast(cpu):
        assert (x @ weight).dtype == (torch.bfloat16 if there else torch.float32)
    with device.autocast(cpu, wanted=False):
        assert (x @ weight).dtype == torch.float32
    if not there:
        with pytest.raises(ValueError, match="avx512_bf16"):
            device.autocast(cpu, wanted=True)


def test_images_and_weights_share_a_layout():
    cpu = torch.device("cpu")
    conv = device.place(torch.nn.Conv2d(3, 8, 3), cpu)
    x = device.place_images(torch.ones(2, 3, 8, 8), cpu)
    assert conv.weight.is_contiguous(memory_format=torch.channels_last)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert conv(x).is_contiguous(memory_format=torch.channels_last)
    assert device.place_images(torch.ones(2, 3), cpu).shape == (2, 3)
