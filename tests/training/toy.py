"""Small models: one uses all of the contract (noise, a moving average, batch statistics)."""

from dataclasses import dataclass
from types import SimpleNamespace

import torch
from torch import nn

from latentcore.training import Run
from latentcore.training.order import Order


@dataclass(frozen=True)
class Settings:
    features: int = 3
    width: int = 5
    noise: float = 0.1
    sizes: tuple[int, ...] = (2, 3)
    name: str | None = None


empty = nn.utils.skip_init  # a layer as it is built draws from the global generator


def filled(model, generator):
    """Weights from the generator."""
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                module.weight.uniform_(-0.5, 0.5, generator=generator)
                module.bias.zero_()


class Toy(nn.Module):
    """Denoises x (N, D), with labels as targets where they are given."""

    def __init__(self, settings: Settings, generator: torch.Generator):
        super().__init__()
        self.settings = settings
        self.inward = empty(nn.Linear, settings.features, settings.width)
        self.norm = nn.BatchNorm1d(settings.width)
        self.outward = empty(nn.Linear, settings.width, settings.features)
        self.register_buffer("average", torch.zeros(settings.width))
        filled(self, generator)

    def forward(self, x):
        hidden = self.norm(torch.tanh(self.inward(x)))
        return hidden, self.outward(hidden)

    def loss(self, batch, generator):
        x = batch[0]
        noise = torch.randn(x.shape, generator=generator, device=x.device)
        hidden, back = self(x + self.settings.noise * noise)
        reconstruction = (back - x).square().sum(1).mean()
        penalty = (hidden - self.average).square().sum(1).mean()
        parts = {"reconstruction": reconstruction.detach(), "penalty": penalty.detach()}
        return SimpleNamespace(total=reconstruction + 0.1 * penalty, parts=parts, state=hidden)

    def settle(self, loss, generator):
        jitter = torch.randn(self.average.shape, generator=generator, device=self.average.device)
        self.average.lerp_(loss.state.mean(0) + 0.01 * jitter, 0.1)

    def look(self, batch, generator):
        z = torch.randn(4, self.settings.width, generator=generator, device=batch[0].device)
        return {
            "weight": self.inward.weight.detach().cpu().numpy(),  # a view of the parameter
            "samples": self.outward(z).cpu().numpy(),
            "back": self(batch[0])[1].cpu().numpy(),
        }


class Picture(nn.Module):
    """Convolutions over x (N, C, H, W), for what depends on the layout of memory."""

    def __init__(self, settings: Settings, generator: torch.Generator):
        super().__init__()
        self.settings = settings
        self.layers = nn.Sequential(
            empty(nn.Conv2d, settings.features, 8, 3, padding=1),
            nn.ReLU(),
            empty(nn.Conv2d, 8, 8, 1),
            nn.ReLU(),
            empty(nn.Conv2d, 8, settings.features, 3, padding=1),
        )
        filled(self, generator)

    def loss(self, batch, generator):  # noqa: ARG002
        x = batch[0]
        return SimpleNamespace(total=(self.layers(x) - x).square().mean(), parts={})

    def settle(self, loss, generator):
        pass

    def look(self, batch, generator):  # noqa: ARG002
        return {"back": self.layers(batch[0]).numpy()}


class Scripted(nn.Module):
    """Loses what it is told: `script(step)` gives the parts, the total is their sum."""

    def __init__(self, script):
        super().__init__()
        self.settings, self.script, self.step = None, script, 0
        self.weight = nn.Parameter(torch.ones(()))

    def loss(self, batch, generator):  # noqa: ARG002
        self.step += 1
        parts = {name: torch.tensor(float(v)) for name, v in self.script(self.step).items()}
        return SimpleNamespace(total=sum(parts.values()) + 0 * self.weight, parts=parts)

    def settle(self, loss, generator):
        pass

    def look(self, batch, generator):  # noqa: ARG002
        return {}


REGISTRY = {"Toy": (Settings, Toy), "Picture": (Settings, Picture)}


def toy(**settings):
    return Toy(Settings(**settings), torch.Generator().manual_seed(5))


def data(n=23, features=3, seed=1):
    return torch.randn(n, features, generator=torch.Generator().manual_seed(seed))


def around(model, optimiser=None, seed=0):
    """A run around a model that is there already."""
    optimiser = optimiser or torch.optim.SGD(model.parameters(), lr=0.1)
    return Run(model, optimiser, torch.Generator().manual_seed(seed), Order(seed))


def state(run):
    """Everything of a run that must be equal, as one mapping."""
    tensors = {f"model {name}": t.clone() for name, t in run.module.state_dict().items()}
    names = {p: name for name, p in run.module.named_parameters()}
    for parameter, kept in run.optimiser.state.items():
        tensors |= {f"{names[parameter]} {key}": t.clone() for key, t in kept.items()}
    tensors["generator"] = run.generator.get_state()
    tensors["order"] = torch.tensor([run.order.seed, run.order.epoch, run.order.taken, run.step])
    tensors["rate"] = torch.tensor([g["lr"] for g in run.optimiser.param_groups])
    return tensors


def assert_equal(a, b):
    a, b = state(a), state(b)
    assert a.keys() == b.keys()
    for name, tensor in a.items():
        assert torch.equal(tensor, b[name]), name
