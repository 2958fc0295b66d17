"""Packages that load their parts when asked: all names are there, and settings load no PyTorch."""

import subprocess
import sys
from importlib import import_module

import pytest

PACKAGES = ["training", "networks.vae", "networks.vqvae", "networks.priors", "networks.quantizers"]
LIGHT = [
    "latentcore.networks.priors.settings",
    "latentcore.networks.quantizers.presets",
    "latentcore.networks.vae.settings",
    "latentcore.networks.vqvae.settings",
    "latentcore.training.plan",
    "latentcore.training.record",
]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_name_is_found(name):
    package = import_module(f"latentcore.{name}")
    for export in package.__all__:
        assert not isinstance(getattr(package, export), type(sys))


@pytest.mark.parametrize("name", PACKAGES)
def test_an_unknown_name_is_an_attribute_error(name):
    package = import_module(f"latentcore.{name}")
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        package.nothing_of_this_name  # noqa: B018


def test_settings_load_no_torch():
    code = f"import sys, {', '.join(LIGHT)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
