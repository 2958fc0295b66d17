"""The training loop as a generator of events.

    for event in train(run, (x,), Plan(steps=400), shown=(x[:16],)):
        match event:
            case Progress(): draw(event.trace)
            case Snapshot(): show(event.arrays)
        if asked_to_stop(): break                    # the run stays whole, and can be saved

A step is: loss, gradient, optimiser, then `settle` for what is updated without a gradient.
Nothing is fetched from the device in a step.  Its numbers are stacked there and come over in one
transfer when a report is due, and that is when divergence is seen.

Between two events the run is whole: save it, or sample from its model, which is in evaluation
mode then.  Draw with a generator of your own: what is drawn from the run's own changes what
comes after.
"""

from collections.abc import Generator
from time import perf_counter

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from latentcore.training.divergence import GRADIENT, TOTAL, Row, Watch
from latentcore.training.events import Progress, Snapshot
from latentcore.training.order import batches
from latentcore.training.plan import Plan
from latentcore.training.run import M, Run

Batch = tuple[Tensor, ...]
Events = Generator[Progress | Snapshot, None, None]
Measured = tuple[list[str], Tensor]
"""Names of one step's numbers, and the numbers (names,) on the device."""


def train(run: Run[M], data: Batch, plan: Plan, shown: Batch = ()) -> Events:
    """Train until `run.step` is `plan.steps`, on data (x,) or (x, y) of N samples each.

    The data are moved to the model's device once.  A Progress comes with every report; with a
    batch to be `shown`, a Snapshot comes at step 0, at every multiple of `plan.look_every` and at
    the end.  Raises ValueError for data that cannot be trained on, and Diverged.
    """
    device = run.device
    moved = tuple(tensor.to(device) for tensor in data)
    _check(moved)
    return _events(run, moved, plan, tuple(tensor.to(device) for tensor in shown))


def look(run: Run[M], batch: Batch) -> Snapshot:
    """The model's picture of a batch.  Nothing changes: draws come from a fresh generator."""
    module, device = run.module, run.device
    generator, training = torch.Generator(device).manual_seed(run.order.seed), module.training
    module.eval()
    try:
        with torch.no_grad():
            arrays = run.model.look(tuple(tensor.to(device) for tensor in batch), generator)
    finally:
        module.train(training)
    # copies: on the CPU the array of a parameter is the parameter, and would go on changing
    return Snapshot(run.step, {name: np.array(array) for name, array in arrays.items()})


def _events(run: Run[M], data: Batch, plan: Plan, shown: Batch) -> Events:
    upcoming = batches(run.order, len(data[0]), plan.batch_size)
    watch, measured = Watch(run.first), list[Measured]()
    run.module.eval()
    try:
        if shown and run.step == 0:
            yield look(run, shown)
        run.module.train()
        begun = perf_counter()
        while run.step < plan.steps:
            index, order = next(upcoming)
            measured.append(_step(run, data, torch.from_numpy(index), plan))
            run.step, run.order = run.step + 1, order
            done = run.step == plan.steps
            seen = bool(shown) and plan.looks(run.step)
            late = perf_counter() - begun >= plan.report_seconds
            if not (done or seen or late or len(measured) == plan.report_every):
                continue
            progress = _report(run, measured, watch, len(index), begun)
            run.module.eval()
            yield progress
            if seen:
                yield look(run, shown)
            run.module.train()
            measured, begun = [], perf_counter()
    finally:
        run.module.eval()


def _step(run: Run[M], data: Batch, index: Tensor, plan: Plan) -> Measured:
    """One step of the optimiser; what was measured stays on the device."""
    optimiser, device = run.optimiser, run.device
    for group in optimiser.param_groups:
        group["lr"] = group.setdefault("initial_lr", group["lr"]) * plan.rate(run.step)
    index = index.to(device, non_blocking=True)
    batch = tuple(tensor.index_select(0, index) for tensor in data)
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast(device.type, torch.bfloat16, enabled=plan.precision == "bfloat16"):
        loss = run.model.loss(batch, run.generator)
    torch.autograd.backward(loss.total)
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    norm = get_total_norm(p.grad for p in parameters if p.grad is not None)
    if plan.clip is not None:
        clip_grads_with_norm_(parameters, plan.clip, norm)
    optimiser.step()
    with torch.no_grad():
        run.model.settle(loss, run.generator)
    numbers = [loss.total, *loss.parts.values(), norm]
    names = [TOTAL, *loss.parts, GRADIENT]
    return names, torch.stack([number.detach().float() for number in numbers])


def _report(
    run: Run[M], measured: list[Measured], watch: Watch, size: int, begun: float
) -> Progress:
    """Fetch what the steps since the last report measured.  Raises Diverged."""
    numbers = iter(torch.cat([values for _, values in measured]).tolist())
    rows: list[Row] = [{name: next(numbers) for name in names} for names, _ in measured]
    watch.check(rows, run.step - len(rows))
    spent = perf_counter() - begun
    run.first, run.seconds = watch.first, run.seconds + spent
    named = dict.fromkeys(name for row in rows for name in row)
    trace = {name: np.array([row.get(name, np.nan) for row in rows]) for name in named}
    gradient = trace.pop(GRADIENT)
    return Progress(run.step, trace, gradient, run.seconds, size * len(rows) / spent)


def _check(data: Batch) -> None:
    """Tensors of one length, with a sample at least, and finite."""
    sizes = [len(tensor) for tensor in data]
    if not sizes or min(sizes) != max(sizes) or not sizes[0]:
        raise ValueError(
            f"data is a tuple of tensors with one row a sample each; their lengths are {sizes}"
        )
    for place, tensor in enumerate(data):
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            wrong = torch.nonzero(~torch.isfinite(tensor))[0].tolist()
            raise ValueError(
                f"tensor {place} of the data holds {tensor[tuple(wrong)].item()} at {wrong}; "
                "leave such samples out or fill them in"
            )
