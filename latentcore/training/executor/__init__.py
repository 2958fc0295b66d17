"""Other processes, other machines: one fair queue, and behind it Dask's workers.

Loads neither PyTorch nor, before the first job, Dask.
"""

from latentcore.training.executor.dispatch import Lost, NoWorkers
from latentcore.training.executor.executor import Executor
from latentcore.training.executor.job import stop_asked
from latentcore.training.executor.limits import Full, Limits, Refused, TooMany

__all__ = [
    "Executor",
    "Full",
    "Limits",
    "Lost",
    "NoWorkers",
    "Refused",
    "TooMany",
    "stop_asked",
]
