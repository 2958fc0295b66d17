"""A run as bytes, and back: one safetensors file whose header holds JSON [1].  No pickle.

    model/<name>                    parameters and buffers
    optimiser/<parameter>/<key>     moments, step counts
    generator                       state of the run's generator
    header                          settings, order, step, hyperparameters, versions (`Header`)

A run that is saved, loaded and trained on equals one that was never interrupted, bit for bit, on
the CPU with the same versions and number of threads; what a model changes in `settle` is in its
state dictionary.  A checkpoint of a GPU opens elsewhere too, with the generator seeded anew.

A file from anywhere either loads or raises CheckpointError: what the model is made of is looked
up among the classes that the caller knows, tensors are compared by name, shape and type before
they are used, and no more memory is spent than the file itself justifies.

[1] https://github.com/huggingface/safetensors
"""

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Generator, Tensor
from torch.nn import Module

from latentcore.data.unreadable import Unreadable, listed, short
from latentcore.training import optimisers
from latentcore.training.allowance import Allowance, Exceeded
from latentcore.training.order import Order
from latentcore.training.record import from_json, to_json
from latentcore.training.run import Run
from latentcore.training.trainable import Trainable

FORMAT = 1
LARGEST = 1_000_000_000  # bytes of a file
LONGEST = 10_000_000  # bytes of its header
SPARE = 64_000_000  # bytes a model may use besides what its file holds
KEY = "latentcore"

Tensors = dict[str, Tensor]
Registry = Mapping[str, tuple[type[Any], Callable[[Any, Generator], Trainable]]]
"""Name of a model's class -> the class of its settings, and the model's class."""


class CheckpointError(Unreadable):
    """Bytes that are not a checkpoint, or not one of a model that is known here."""


@dataclass(frozen=True)
class Header:
    """Everything of a run that is not a tensor.  `generator` is the kind of device it was on."""

    format: int
    model: str
    settings: Mapping[str, Any]
    channels_last: tuple[str, ...]
    optimiser: optimisers.Described
    order: Order
    generator: str
    step: int
    seconds: float
    first: float | None
    versions: Mapping[str, str]


def save(run: Run[Any]) -> bytes:
    """The run as bytes, to be taken between two events of `train`.

    Raises TypeError for settings, an optimiser or a state that are not plain.
    """
    state = run.module.state_dict()
    names: dict[Tensor, str] = {p: name for name, p in run.module.named_parameters()}
    optimiser, memory = optimisers.describe(run.optimiser, names)
    header = Header(
        format=FORMAT,
        model=type(run.model).__name__,
        settings=to_json(run.model.settings),
        channels_last=tuple(name for name, tensor in state.items() if _channels_last(tensor)),
        optimiser=optimiser,
        order=run.order,
        generator=run.generator.device.type,
        step=run.step,
        seconds=run.seconds,
        first=run.first,
        versions={"python": platform.python_version(), "torch": str(torch.__version__)}
        | {"numpy": np.__version__},
    )
    tensors = {f"model/{name}": tensor for name, tensor in state.items()}
    tensors |= {f"optimiser/{name}": tensor for name, tensor in memory.items()}
    tensors["generator"] = run.generator.get_state()
    apart = {name: t.detach().to("cpu", copy=True).contiguous() for name, t in tensors.items()}
    return safetensors.torch.save(apart, {KEY: json.dumps(to_json(header))})


def load(raw: bytes, registry: Registry, device: str | torch.device = "cpu") -> Run[Any]:
    """The run that `save` wrote, on a device.  Raises CheckpointError."""
    header = _header(raw)
    if header.model not in registry:
        raise CheckpointError(
            f"The checkpoint is of a model named {short(header.model)}.",
            expected=f"Expected one of {listed(sorted(registry), 20)}.",
            do="Open it where that model is known.",
        )
    try:
        tensors = safetensors.torch.load(raw)
    except (SafetensorError, KeyError, ValueError) as error:
        raise _damaged(f"Its tensors cannot be read: {error}.") from error
    try:
        return _run(header, tensors, registry, 4 * len(raw) + SPARE, torch.device(device))
    except (ValueError, Exceeded) as error:
        saved = ", ".join(f"{name} {version}" for name, version in header.versions.items())
        raise CheckpointError(
            f"The checkpoint does not fit the model {short(header.model)} as it is here.",
            where=f"{error}.",
            expected="Expected the settings and the tensors of one model, as they were saved.",
            do=f"Open it with the version that saved it ({saved}), or start a new run.",
        ) from error


def _header(raw: bytes) -> Header:
    """The JSON in the header of the file, whose first eight bytes say how long it is."""
    size = int.from_bytes(raw[:8], "little")
    if len(raw) > LARGEST:
        raise _damaged(f"It has {len(raw):,} bytes; at most {LARGEST:,} are read.")
    if raw[8:9] != b"{":
        raise _damaged("It does not begin as a safetensors file does.")
    if size > min(LONGEST, len(raw) - 8):
        raise _damaged(f"Its header is to have {size:,} bytes, and the file has {len(raw):,}.")
    try:
        found = json.loads(json.loads(raw[8 : 8 + size])["__metadata__"][KEY])
        return from_json(Header, found)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(f"Its header does not describe a run: {error}.") from error


def _run(
    header: Header, tensors: Tensors, registry: Registry, allowed: int, device: torch.device
) -> Run[Any]:
    """The parts put together.  Raises ValueError or Exceeded for what does not fit."""
    if header.format != FORMAT:
        raise ValueError(f"its format is {header.format}, and {FORMAT} is read here")
    if min(header.step, header.seconds) < 0:
        raise ValueError(f"it is at step {header.step} after {header.seconds} s")
    settings_kind, kind = registry[header.model]
    settings = from_json(settings_kind, header.settings)
    try:
        with Allowance(allowed):
            model = kind(settings, Generator().manual_seed(header.order.seed))
    except Exceeded:
        raise
    except Exception as error:  # a constructor that meets settings from a file raises anything
        raise ValueError(f"no model can be made with {settings}: {error}") from error
    module = cast(Module, model)
    _fill(module, _under("model/", tensors), header.channels_last)
    module.to(device)
    optimiser = optimisers.restore(
        header.optimiser, _under("optimiser/", tensors), dict(module.named_parameters())
    )
    generator = Generator(device).manual_seed(header.order.seed + header.step)
    if header.generator == device.type:
        try:
            generator.set_state(tensors["generator"])
        except (KeyError, RuntimeError, TypeError) as error:
            raise ValueError(f"the state of the generator is lost: {error}") from error
    moved = (header.order, header.step, header.seconds, header.first)
    return Run(model, optimiser, generator, *moved)


def _fill(module: Module, tensors: Tensors, channels_last: tuple[str, ...]) -> None:
    """Put the tensors in their places, in the memory layout they had."""
    places = module.state_dict(keep_vars=True)
    if odd := sorted(places.keys() ^ tensors.keys()):
        where = "the model" if odd[0] in places else "the file"
        raise ValueError(f"only {where} has {listed(odd)}")
    for name, place in places.items():
        found = tensors[name]
        if (found.shape, found.dtype) != (place.shape, place.dtype):
            raise ValueError(
                f"{name} is {found.dtype} {tuple(found.shape)} in the file and {place.dtype} "
                f"{tuple(place.shape)} in the model"
            )
        if place.ndim == 4:
            last = name in channels_last
            layout = torch.channels_last if last else torch.contiguous_format
            place.data = torch.empty_like(place, memory_format=layout)
    module.load_state_dict(tensors)


def _channels_last(tensor: Tensor) -> bool:
    """Whether convolutions see the tensor so; both layouts of 1 x 1 kernels look contiguous."""
    if tensor.ndim != 4:
        return False
    layouts = (torch.channels_last, torch.contiguous_format)
    last, first = (torch.empty_like(tensor, memory_format=m, device="meta") for m in layouts)
    return tensor.stride() == last.stride() != first.stride()


def _under(prefix: str, tensors: Tensors) -> Tensors:
    return {n.removeprefix(prefix): t for n, t in tensors.items() if n.startswith(prefix)}


def _damaged(where: str) -> CheckpointError:
    return CheckpointError(
        "The file is not a checkpoint, or is damaged.",
        where=where,
        expected="Expected a file that was saved here, whole.",
        do="Download or copy it again.",
    )
