"""Training as a generator of events: whoever consumes it draws, saves, stops or resumes.

run = Run.start(Model, Settings(), seed=0)
for event in train(run, (x,), Plan(steps=400)):
    print(event)
saved = save(run)                               # bytes; load gives the run back
"""

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
