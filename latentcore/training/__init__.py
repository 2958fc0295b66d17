"""Training as a generator of events: whoever consumes it draws, saves, stops or resumes.

run = Run.start(Model, Settings(), seed=0)
for event in train(run, (x,), Plan(steps=400)):
    print(event)
saved = save(run)                               # bytes; load gives the run back
"""

from typing import TYPE_CHECKING

from latentcore.lazily import exporter

if TYPE_CHECKING:
    from latentcore.training.checkpoint import CheckpointError, load, save
    from latentcore.training.divergence import Diverged
    from latentcore.training.events import Progress, Snapshot
    from latentcore.training.loop import look, train
    from latentcore.training.plan import Plan
    from latentcore.training.run import Run

__all__ = [
    "CheckpointError",
    "Diverged",
    "Plan",
    "Progress",
    "Run",
    "Snapshot",
    "load",
    "look",
    "save",
    "train",
]

__getattr__ = exporter(
    __name__,
    {
        "CheckpointError": "checkpoint",
        "Diverged": "divergence",
        "Plan": "plan",
        "Progress": "events",
        "Run": "run",
        "Snapshot": "events",
        "load": "checkpoint",
        "look": "loop",
        "save": "checkpoint",
        "train": "loop",
    },
)
