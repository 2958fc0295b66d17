"""What the tests have done in other processes: importable there by name."""

import os
import time
from pathlib import Path

import numpy as np

from latentcore.training.executor import stop_asked


def double(x):
    return 2 * x


def process():
    return os.getpid()


def fail(sentence):
    raise LookupError(sentence)


def write(path, text):
    """Say in a file that this point was reached."""
    with Path(path).open("a") as file:
        file.write(f"{text}\n")


def hold(log, key, until):
    """Run until a file is there."""
    write(log, key)
    while not Path(until).exists():
        time.sleep(0.01)


def listen(log):
    """Run until asked to stop, and then end in good order."""
    write(log, "begun")
    while not stop_asked():
        time.sleep(0.01)
    return "ended in good order"


def deaf(log):
    """Run on, whatever is asked."""
    write(log, os.getpid())
    time.sleep(60)


def hold_process(log, until):
    """As `hold`; says and returns in which process."""
    hold(log, os.getpid(), until)
    return os.getpid()


def suicide():
    """End like a process that the system ends for its memory."""
    os.kill(os.getpid(), 9)


def trained(folder, steps):
    """Train the toy, with a checkpoint at every report; go on from the last one if there is one.

    Its whole state, the loss of every step, and the process that ended it.
    """
    from latentcore.training import Plan, Run, load, save, train
    from tests.training.toy import REGISTRY, Settings, Toy, data, state

    checkpoint, told = folder / "checkpoint", folder / "losses.npy"
    if checkpoint.exists():
        run, losses = load(checkpoint.read_bytes(), REGISTRY), np.load(told)
        losses = losses[: run.step]
    else:
        run, losses = Run.start(Toy, Settings(), seed=4, learning_rate=0.05), np.zeros(0)
    for event in train(run, (data(),), Plan(steps, 8, report_every=3, report_seconds=1e9)):
        losses = np.concatenate([losses, event.trace["total"]])
        np.save(told, losses)
        (folder / "next").write_bytes(save(run))
        (folder / "next").replace(checkpoint)  # a checkpoint is there as a whole or not at all
        write(folder / "log", f"{event.step}:{os.getpid()}")
        time.sleep(0.01)
    return {name: tensor.numpy() for name, tensor in state(run).items()}, losses, os.getpid()


def out_of_memory():
    """Fail with an error that only PyTorch knows."""
    import torch

    raise torch.OutOfMemoryError("tried to allocate 80 GiB")


def free_gpus():
    """How many GPUs its worker has to give, besides those that this job asked for."""
    from distributed import get_worker

    return dict(get_worker().state.available_resources)
