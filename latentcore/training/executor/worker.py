"""Loaded by every worker before its first job: what a training needs, and how many GPUs there are.

For a cluster that somebody else runs, in the same environment as the app:

    dask worker ADDRESS --nthreads 1 --preload latentcore.training.executor.worker
"""

import asyncio
from typing import Any

GPU = "GPU"


async def dask_setup(worker: Any) -> None:  # noqa: ANN401 (Dask's Worker)
    """Load PyTorch, with one thread, and let the worker name its GPUs when it registers."""
    if gpus := await asyncio.to_thread(_load):
        worker.state.total_resources[GPU] = worker.state.available_resources[GPU] = gpus


def _load() -> int:
    """Import what the first step would import; the number of GPUs seen."""
    import torch

    torch.set_num_threads(1)  # a worker is a core, and with one thread numbers repeat
    torch.optim.Adam([torch.zeros(1)], fused=True)  # imports torch._dynamo, which takes a while
    return torch.cuda.device_count()
