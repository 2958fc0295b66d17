"""Where there are GPUs, workers say so, and what trains goes to them."""

import asyncio
from types import SimpleNamespace

import pytest
import torch

from latentcore.training.executor import Executor
from latentcore.training.executor.worker import dask_setup
from tests.training.executor import jobs


@pytest.mark.parametrize("gpus", [0, 2])
def test_a_worker_names_its_gpus_and_has_one_thread(monkeypatch, gpus):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    state = SimpleNamespace(total_resources={}, available_resources={})
    threads = torch.get_num_threads()
    try:
        asyncio.run(dask_setup(SimpleNamespace(state=state)))
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(threads)
    named = {"GPU": gpus} if gpus else {}
    assert state.total_resources == state.available_resources == named


def test_a_job_is_given_a_gpu_and_an_item_of_a_map_is_not(monkeypatch, tmp_path):
    (tmp_path / "dask.yaml").write_text("distributed: {worker: {resources: {GPU: 1}}}")
    monkeypatch.setenv("DASK_CONFIG", str(tmp_path))
    executor = Executor(workers=1)
    try:
        assert executor.submit("run", jobs.free_gpus).result(60) == {"GPU": 0}
        assert list(executor.map(lambda _: jobs.free_gpus(), [0])) == [(0, {"GPU": 1})]
    finally:
        executor.close()
