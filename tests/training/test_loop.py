"""The loop does what a plain loop does, tells all of it, and depends on nothing else."""

import math
import random
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from latentcore.training import Plan, Progress, Run, Snapshot, look, train
from latentcore.training.order import Order, batches
from tests.training.toy import Settings, Toy, around, assert_equal, data, state, toy

X = data()


def fresh(**options):
    return Run.start(Toy, Settings(), seed=4, **options)


def exhausted(run, plan, tensors=(X,), shown=()):
    return list(train(run, tensors, plan, shown))


def totals(events):
    return np.concatenate([e.trace["total"] for e in events if isinstance(e, Progress)])


def test_the_loop_is_the_plain_loop():
    plan = Plan(30, batch_size=8, clip=2.0, warm_up=5, decay="cosine")
    run, plain = fresh(learning_rate=0.05), fresh(learning_rate=0.05)
    events = exhausted(run, plan)

    module, optimiser, losses, norms = plain.model.train(), plain.optimiser, [], []
    for step, (index, order) in enumerate(islice(batches(Order(4), len(X), 8), 30)):
        factor = (step + 1) / 5 if step < 5 else (1 + math.cos(math.pi * (step - 5) / 25)) / 2
        optimiser.param_groups[0]["lr"] = 0.05 * factor
        optimiser.zero_grad()
        loss = module.loss((X[index],), plain.generator)
        loss.total.backward()
        norms.append(float(nn.utils.clip_grad_norm_(module.parameters(), 2.0)))
        optimiser.step()
        with torch.no_grad():
            module.settle(loss, plain.generator)
        losses.append(float(loss.total.detach()))
        plain.step, plain.order = step + 1, order
    assert_equal(run, plain)
    np.testing.assert_array_equal(totals(events), losses)
    np.testing.assert_array_equal(np.concatenate([e.gradient for e in events]), norms)
    assert max(norms) > 2 > min(norms)


def test_a_convex_problem_is_solved():
    class Line(nn.Module):
        settings = None

        def __init__(self):
            super().__init__()
            self.fit = nn.Linear(3, 1)

        def loss(self, batch, generator):  # noqa: ARG002
            x, y = batch
            return SimpleNamespace(total=(self.fit(x)[:, 0] - y).square().mean(), parts={})

        def settle(self, loss, generator):
            pass

        def look(self, batch, generator):  # noqa: ARG002
            return {}

    y = X @ torch.tensor([1.0, -2.0, 0.5]) + data(23, 1, seed=2)[:, 0]
    best = np.linalg.lstsq(np.c_[X, np.ones(23)], y, rcond=None)[1][0] / 23
    run = around(Line())
    assert totals(exhausted(run, Plan(300, batch_size=23), (X, y)))[-1] == pytest.approx(best)
    assert best > 0.1


def test_every_step_is_told_once():
    run = fresh()
    plan = Plan(47, batch_size=8, report_every=10, report_seconds=1e9)
    events = exhausted(run, plan)
    assert [e.step for e in events] == [10, 20, 30, 40, 47]
    assert [len(e.trace["penalty"]) for e in events] == [10, 10, 10, 10, 7]
    assert list(events[0].trace) == ["total", "reconstruction", "penalty"]
    for event in events:
        parts = event.trace["reconstruction"] + 0.1 * event.trace["penalty"]
        np.testing.assert_allclose(event.trace["total"], parts, rtol=1e-6)
        assert event.losses["total"] == pytest.approx(event.trace["total"].mean())
    seconds = [e.seconds for e in events]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0
    assert run.seconds == seconds[-1]
    assert events[0].samples_per_second == pytest.approx(80 / seconds[0])
    assert str(events[0]).startswith("step 10  total ")


def test_a_report_is_due_after_some_time_whatever_the_steps():
    events = exhausted(fresh(), Plan(5, report_every=1000, report_seconds=0))
    assert [e.step for e in events] == [1, 2, 3, 4, 5]


def test_the_consumers_time_is_not_the_trainings():
    run = fresh()
    clock = iter(range(100, 10_000, 100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latentcore.training.loop.perf_counter", lambda: next(clock))
        for _ in train(run, (X,), Plan(4, report_every=2, report_seconds=1e9)):
            for _ in range(7):
                next(clock)
    assert run.seconds == 2 * 300  # begun, two steps asked, report: three readings later


def test_terms_may_come_and_go():
    model = toy()
    whole = model.loss

    def loss(batch, generator):
        found = whole(batch, generator)
        if model.calls % 2:
            del found.parts["penalty"]
        model.calls += 1
        return found

    model.calls, model.loss = 0, loss
    (event,) = exhausted(around(model), Plan(4, report_seconds=1e9))
    assert np.isnan(event.trace["penalty"]).tolist() == [False, True, False, True]
    assert event.losses["penalty"] == np.nanmean(event.trace["penalty"])


def test_watching_changes_nothing():
    plans = [
        Plan(30, batch_size=8, report_seconds=1e9),
        Plan(30, batch_size=8, report_every=1),
        Plan(30, batch_size=8, report_every=7, report_seconds=0, look_every=4),
    ]
    runs = [fresh() for _ in plans]
    said = [totals(exhausted(r, p, shown=(X[:4],))) for r, p in zip(runs, plans, strict=True)]
    unseen = fresh()
    said.append(totals(exhausted(unseen, plans[0])))
    for run, losses in zip(runs, said, strict=False):
        assert_equal(run, unseen)
        np.testing.assert_array_equal(losses, said[-1])


def test_snapshots_come_at_their_steps_and_stay_as_they_were():
    run = fresh()
    plan = Plan(10, report_seconds=1e9, report_every=5, look_every=4)
    events = exhausted(run, plan, shown=(X[:4],))
    assert [(type(e).__name__[0], e.step) for e in events] == [
        ("S", 0), ("P", 4), ("S", 4), ("P", 8), ("S", 8), ("P", 10), ("S", 10),
    ]  # fmt: skip
    shots = [e for e in events if isinstance(e, Snapshot)]
    assert len({s.arrays["weight"].tobytes() for s in shots}) == 4
    np.testing.assert_array_equal(shots[-1].arrays["weight"], run.model.inward.weight.detach())
    assert all(type(a) is np.ndarray and a.flags.owndata for s in shots for a in s.arrays.values())
    assert str(shots[0]).startswith("step 0  snapshot: weight (5, 3)")
    again = exhausted(run, Plan(11, look_every=4), shown=(X[:4],))
    assert [(type(e).__name__[0], e.step) for e in again] == [("P", 11), ("S", 11)]


def test_a_look_repeats_its_draws_and_sees_the_model_as_it_is_used():
    run = fresh()
    exhausted(run, Plan(5))
    before, a, b = state(run), look(run, (X,)), look(run, (X,))
    np.testing.assert_array_equal(a.arrays["samples"], b.arrays["samples"])
    run.model.eval()
    with torch.no_grad():
        np.testing.assert_array_equal(a.arrays["back"], run.model(X)[1])
    assert all(torch.equal(before[name], tensor) for name, tensor in state(run).items())
    run.model.train()
    run.step += 1  # the draws are the same at every step, so pictures change as the model does
    np.testing.assert_array_equal(look(run, (X,)).arrays["samples"], a.arrays["samples"])
    assert run.model.training


def test_training_and_evaluation_modes():
    run = fresh()
    seen = []
    inner = run.model.loss
    run.model.loss = lambda batch, generator: (
        seen.append(run.model.training),
        inner(batch, generator),
    )[1]
    for _ in train(run, (X,), Plan(6, report_every=2, report_seconds=1e9), shown=(X,)):
        assert not run.model.norm.training
        run.model.train(False)
    assert seen == [True] * 6
    assert not run.model.training


def test_whoever_stops_asking_has_stopped_the_run():
    run, other = fresh(), fresh()
    events = train(run, (X,), Plan(1000, report_every=7, report_seconds=1e9))
    assert next(events).step == 7
    events.close()
    assert run.step == 7
    assert not run.model.training
    with pytest.raises(StopIteration):
        next(events)
    assert exhausted(run, Plan(12))[-1].step == 12
    exhausted(other, Plan(12))
    assert_equal(run, other)
    assert exhausted(run, Plan(12)) == []


def numbers_drawn():
    return torch.get_rng_state().numpy().tobytes(), repr(np.random.get_state()), random.getstate()


def test_no_global_generator_is_used():
    before = numbers_drawn()
    run = fresh()
    exhausted(run, Plan(9), shown=(X,))
    assert numbers_drawn() == before

    torch.manual_seed(987)
    torch.rand(3)
    other = fresh()
    torch.manual_seed(654)
    exhausted(other, Plan(9), shown=(X,))
    assert_equal(run, other)


def test_the_seed_decides_everything():
    a, b, c = (Run.start(Toy, Settings(), seed=seed) for seed in (1, 1, 2))
    for run in (a, b, c):
        exhausted(run, Plan(3))
    assert_equal(a, b)
    assert not torch.equal(a.generator.get_state(), c.generator.get_state())
    assert not torch.equal(a.model.inward.weight, c.model.inward.weight)


def test_clipping_bounds_the_step():
    run = around(toy())
    before = torch.cat([p.detach().flatten().clone() for p in run.model.parameters()])
    (event,) = exhausted(run, Plan(1, clip=0.01))
    after = torch.cat([p.detach().flatten() for p in run.model.parameters()])
    assert float((after - before).norm()) == pytest.approx(0.1 * 0.01, rel=1e-3)
    assert event.gradient[0] > 0.01


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_precision_is_that_of_the_loss_alone(precision):
    run, seen = fresh(), []
    inner, settle = run.model.forward, run.model.settle
    run.model.forward = lambda x: (seen.append(torch.is_autocast_enabled("cpu")), inner(x))[1]
    run.model.settle = lambda *a: (seen.append(torch.is_autocast_enabled("cpu")), settle(*a))[1]
    exhausted(run, Plan(1, precision=precision))
    assert seen == [precision == "bfloat16", False]
    assert {p.dtype for p in run.model.parameters()} == {torch.float32}


def test_the_rate_is_that_of_pytorchs_schedules():
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=20)
    for step in range(20):
        assert Plan(20, decay="cosine").rate(step) == pytest.approx(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    assert [Plan(9, warm_up=4).rate(t) for t in range(6)] == [0.25, 0.5, 0.75, 1, 1, 1]
    assert Plan(3, warm_up=4, decay="cosine").rate(4) == 1


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"steps": -1}, "steps"),
        ({"batch_size": 0}, "batch_size"),
        ({"warm_up": -1}, "warm_up"),
        ({"clip": 0.0}, "clip"),
        ({"clip": float("nan")}, "clip"),
        ({"decay": "linear"}, "decay"),
        ({"precision": "float16"}, "precision"),
        ({"report_every": 0}, "report_every"),
        ({"report_seconds": float("nan")}, "report_seconds"),
        ({"look_every": 0}, "look_every"),
    ],
)
def test_a_plan_is_checked(wrong, word):
    with pytest.raises(ValueError, match=word):
        Plan(**({"steps": 3} | wrong))


@pytest.mark.parametrize(
    ("tensors", "sentence"),
    [
        ((), r"lengths are \[\]"),
        ((X, X[:3]), r"lengths are \[23, 3\]"),
        ((X[:0],), r"lengths are \[0\]"),
        ((X, torch.full((23, 2), torch.inf)), r"tensor 1 of the data holds inf at \[0, 0\]"),
    ],
)
def test_data_are_checked_before_anything_is_asked(tensors, sentence):
    with pytest.raises(ValueError, match=sentence):
        train(fresh(), tensors, Plan(3))


FETCHES = ["item", "tolist", "cpu", "numpy", "__bool__", "__float__", "__int__", "__index__"]


def test_numbers_are_fetched_once_a_report(monkeypatch):
    fetched = []
    for name in FETCHES:
        whole = getattr(torch.Tensor, name)

        def counted(self, *args, whole=whole, name=name, **options):
            fetched.append(name)
            return whole(self, *args, **options)

        monkeypatch.setattr(torch.Tensor, name, counted)
    run = fresh()
    events = train(run, (X,), Plan(60, report_every=20, report_seconds=1e9, clip=1.0))
    fetched.clear()
    assert sum(1 for _ in events) == 3
    assert fetched == ["tolist"] * 3


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_no_step_waits_for_the_gpu():
    run = Run.start(Toy, Settings(), device="cuda")
    events = train(run, (X,), Plan(40, report_every=20, report_seconds=1e9, clip=1.0))
    next(events)
    inner = run.model.loss

    def loss(batch, generator):
        torch.cuda.set_sync_debug_mode("error")
        return inner(batch, generator)

    run.model.loss = loss
    settle = run.model.settle

    def settled(found, generator):
        settle(found, generator)
        torch.cuda.set_sync_debug_mode("default")

    run.model.settle = settled
    assert next(events).step == 40
