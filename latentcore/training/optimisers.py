"""What a checkpoint keeps of an optimiser: its kind, its hyperparameters, and its memory.

PyTorch numbers parameters by their place in the optimiser; here they go by their names in the
model, so that a file can be checked against the model it is loaded into.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import SGD, Adam, AdamW, Optimizer

KINDS: Mapping[str, type[Optimizer]] = {"Adam": Adam, "AdamW": AdamW, "SGD": SGD}
MEMORY = {
    "Adam": {"step", "exp_avg", "exp_avg_sq"},
    "AdamW": {"step", "exp_avg", "exp_avg_sq"},
    "SGD": {"momentum_buffer"},
}
"""What each keeps of a parameter once it has been stepped."""


@dataclass(frozen=True)
class Group:
    """Parameters by name, and the hyperparameters they share."""

    parameters: tuple[str, ...]
    values: Mapping[str, int | float | bool | None | tuple[float, ...]]


@dataclass(frozen=True)
class Described:
    """An optimiser without its tensors."""

    kind: str
    groups: tuple[Group, ...]


def describe(
    optimiser: Optimizer, names: Mapping[Tensor, str]
) -> tuple[Described, dict[str, Tensor]]:
    """The description, and the memory by `parameter/key`.

    Raises TypeError for an optimiser that cannot be described.
    """
    kind = type(optimiser).__name__
    if KINDS.get(kind) is not type(optimiser):
        raise TypeError(f"only {', '.join(KINDS)} can be saved; this optimiser is {kind}")
    groups = tuple(
        Group(
            tuple(names[p] for p in group["params"]),
            {key: value for key, value in group.items() if key != "params"},
        )
        for group in optimiser.param_groups
    )
    memory = {
        f"{names[parameter]}/{key}": value
        for parameter, kept in optimiser.state.items()
        for key, value in kept.items()
        if value is not None
    }
    return Described(kind, groups), memory


def restore(
    described: Described, memory: Mapping[str, Tensor], parameters: Mapping[str, Parameter]
) -> Optimizer:
    """The optimiser over the parameters of a model.  Raises ValueError for what does not fit."""
    kind, names = described.kind, [n for group in described.groups for n in group.parameters]
    if kind not in KINDS:
        raise ValueError(f"the optimiser {kind!r} is none of {', '.join(KINDS)}")
    if strange := set(names) - parameters.keys():
        raise ValueError(f"the optimiser moves {min(strange)!r}, which the model does not have")
    if len(set(names)) < len(names):
        raise ValueError("the optimiser moves a parameter twice")
    for group in described.groups:
        _valid(kind, group.values)
    groups = [
        {"params": [parameters[name] for name in group.parameters], **group.values}
        for group in described.groups
    ]
    optimiser = KINDS[kind](groups)  # type: ignore[call-arg]
    kept: dict[str, dict[str, Tensor]] = {}
    for place, tensor in memory.items():
        name, _, key = place.rpartition("/")
        kept.setdefault(name, {})[key] = tensor
    if strange := kept.keys() - set(names):
        raise ValueError(f"the optimiser remembers {min(strange)!r}, which it does not move")
    state = {
        number: _fitting(kind, kept[name], parameters[name], name)
        for number, name in enumerate(names)
        if name in kept
    }
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
    return optimiser


def _valid(kind: str, values: Mapping[str, Any]) -> None:
    """Let PyTorch check the hyperparameters as it does those that a person writes."""
    known = signature(KINDS[kind]).parameters
    fixed = KINDS[kind]([torch.zeros(1)], lr=0.1).defaults  # type: ignore[call-arg]
    if strange := values.keys() - fixed.keys() - {"initial_lr"}:
        raise ValueError(f"{kind} has no value {min(strange)!r}")
    try:
        KINDS[kind]([torch.zeros(1)], **{k: v for k, v in values.items() if k in known})
    except (TypeError, RuntimeError) as error:
        raise ValueError(f"the optimiser's values do not fit {kind}: {error}") from error


def _fitting(
    kind: str, kept: dict[str, Tensor], parameter: Parameter, name: str
) -> dict[str, Tensor]:
    """The memory of one parameter, in the parameter's layout, if it is complete and fits."""
    if not MEMORY[kind] <= kept.keys():
        raise ValueError(f"of {name!r} {kind} remembers {', '.join(sorted(kept))}")
    fitted = {}
    for key, tensor in kept.items():
        if (
            tensor.shape != (() if key == "step" else parameter.shape)
            or not tensor.is_floating_point()
        ):
            raise ValueError(f"{key} of {name!r} is {tensor.dtype} {tuple(tensor.shape)}")
        fitted[key] = tensor if key == "step" else torch.empty_like(parameter).copy_(tensor)
    return fitted
