"""Thirty visitors press Train at once: everybody's run ends, in fair order, in bounded memory."""

import os
import time
from contextlib import ExitStack
from urllib.parse import parse_qs

import psutil
import pytest

from latentcore.networks.vqvae.settings import VQVAESettings
from latentcore.runs.recipe import Recipe
from latentcore.runs.sources import Digits
from latentcore.training.plan import Plan
from latentcore.training.store import Store
from tests.browser.websocket import Visitor

VISITORS = 30
LINK = "vqvae=EMA&EMA.hidden=16&EMA.steps="
HANDED_IN = 1.0  # seconds from a run's row to its place in the queue
SECRET = "cohort-of-patients-4711"
ENDED = ("stopped", "finished", "failed")
MB = 2**20


@pytest.fixture
def server(app_url):
    """The process that serves the app."""
    port = app_url.rsplit(":", 1)[1]
    children = psutil.Process(os.getpid()).children(recursive=True)
    return next(p for p in children if f"--server.port={port}" in p.cmdline())


def private_run(store):
    recipe = Recipe(VQVAESettings(), Digits(), Plan(10))
    return store.add(recipe.to_json(), recipe.kind, SECRET, "somebody", 10, private=True)


def test_a_class_of_thirty(app_url, server):
    store = Store()
    secret = private_run(store)
    with ExitStack() as stack:
        greedy = stack.enter_context(Visitor(app_url, "vq-vae", LINK + "800"))
        before = server.memory_info().rss
        others = [
            stack.enter_context(Visitor(app_url, "vq-vae", LINK + "100"))
            for _ in range(VISITORS - 1)
        ]
        assert len({visitor.cookie for visitor in (greedy, *others)}) == VISITORS
        hoarded = [trained(greedy) for _ in range(4)]
        for visitor in others:
            visitor.rerun(pressed=visitor.buttons["Train"])
        for visitor in others:
            visitor.wait(lambda visitor=visitor: "run=" in visitor.query)
        runs = [parse_qs(visitor.query)["run"][0] for visitor in others]
        deadline = time.monotonic() + 240
        while left := [r for r in hoarded + runs if store.run(r).state not in ENDED]:
            assert time.monotonic() < deadline, f"{len(left)} runs have not ended"
            time.sleep(0.25)
        assert {store.run(r).state for r in hoarded + runs} == {"finished"}

        # fair: who asked for four had none of the last two before anybody who waited by then
        kept = [store.run(r) for r in runs]
        assert len({run.visitor for run in kept}) == VISITORS - 1
        for late in (store.run(r).started for r in hoarded[2:]):
            assert not [run for run in kept if run.created + HANDED_IN < late < run.started]
            assert sum(run.started < late for run in kept) > VISITORS // 2

        # everybody saw the own run end, and no page broke
        for visitor in others:
            visitor.wait(lambda visitor=visitor: visitor.progress.startswith("Finished: step 100"))
            assert not visitor.errors

        # bounded: a session costs a few megabytes, and what trains lives elsewhere
        grown = server.memory_info().rss - before
        assert grown < 25 * VISITORS * MB, f"{grown / MB:.0f} MB more for {VISITORS} sessions"
        workers = [p.memory_info().rss for p in server.children(recursive=True)]
        assert sum(workers) < 6000 * MB

        # private: neither the name nor the id of somebody else's run reaches anybody
        for visitor in others[:3]:
            with Visitor(app_url, "runs", "", visitor.cookie) as again:
                assert again.saw(f"VQ-VAE {runs[0][:6]}")
                assert not again.saw(SECRET) and not again.saw(secret)


def trained(visitor):
    """Press Train; the run's id."""
    before = parse_qs(visitor.query).get("run")
    visitor.press("Train")
    visitor.wait(lambda: parse_qs(visitor.query).get("run") not in (None, before))
    return parse_qs(visitor.query)["run"][0]
