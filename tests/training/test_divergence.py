"""A run that has gone wrong is stopped at the right step, under the right name, with a remedy."""

import pickle
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from latentcore.training import Diverged, Plan, Progress, train
from latentcore.training.divergence import CURES, FACTOR, GENERAL, PATIENCE
from tests.training.toy import Scripted, around, data, toy

X = data()


def stopped(model, plan=None, tensors=(X,), **options):
    """The error, and the events before it."""
    events = []
    with pytest.raises(Diverged) as caught:
        for event in train(around(model, **options), tensors, plan or Plan(500)):
            events.append(event)  # noqa: PERF402
    return caught.value, events


@pytest.mark.parametrize("every", [1, 3, 50])
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_the_first_part_that_is_not_finite_is_named(bad, every):
    model = Scripted(lambda t: {"reconstruction": 1, "kl": bad if t == 17 else 2, "extra": 1})
    error, events = stopped(model, Plan(500, report_every=every, report_seconds=1e9))
    assert (error.step, error.term) == (17, "kl")
    assert error.value == pytest.approx(bad, nan_ok=True)
    assert "step 17: the term “kl” is" in str(error)
    assert CURES["kl"] in str(error)
    told = sum(len(e.trace["total"]) for e in events if isinstance(e, Progress))
    assert told + len(error.rows) == 17


def test_a_part_is_looked_at_even_if_the_total_hides_it():
    class Hidden(Scripted):
        def loss(self, batch, generator):
            found = super().loss(batch, generator)
            return SimpleNamespace(total=0 * self.weight, parts=found.parts)

    error, _ = stopped(Hidden(lambda t: {"a": 1, "b": float("nan") if t > 2 else 1}))
    assert (error.step, error.term) == (3, "b")


def test_a_gradient_that_is_not_finite_is_named_before_the_loss_shows_it():
    class Root(nn.Module):
        settings = None

        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(()))

        def loss(self, batch, generator):  # noqa: ARG002
            return SimpleNamespace(total=self.weight.abs().sqrt(), parts={})  # 1 / (2 sqrt 0) * 0

        def settle(self, loss, generator):
            pass

        def look(self, batch, generator):  # noqa: ARG002
            return {}

    error, _ = stopped(Root())
    assert (error.step, error.term) == (1, "gradient")
    assert "the norm of the gradient is nan" in str(error)
    assert CURES["gradient"] in str(error)


@pytest.mark.parametrize("every", [1, 7, 50])
def test_a_commitment_that_runs_away_is_named(every):
    script = lambda t: {"reconstruction": 150 / t, "commitment": 0.1 * 1.2**t}  # noqa: E731
    error, events = stopped(Scripted(script), Plan(500, report_every=every, report_seconds=1e9))
    over = next(t for t in range(1, 500) if sum(script(t).values()) > (1 + FACTOR) * 150.12)
    assert (error.step, error.term) == (over + PATIENCE - 1, "commitment")
    assert error.value == pytest.approx(script(error.step)["commitment"], rel=1e-5)
    assert f"step {error.step}: the term “commitment” has gone to" in str(error)
    assert "commitment weight" in str(error)
    assert all(e.step < error.step for e in events)


def test_a_real_encoder_that_runs_away_from_its_codes_is_stopped():
    class Away(nn.Module):
        """Every code flees from the encoder's outputs, as with a sign turned around."""

        settings = None

        def __init__(self):
            super().__init__()
            self.encoder = nn.Linear(3, 2)

        def loss(self, batch, generator):  # noqa: ARG002
            z = self.encoder(batch[0])
            commitment = z.square().sum(1).mean()
            rest = (batch[0][:, :2] - z).square().mean()
            parts = {"reconstruction": rest.detach(), "commitment": commitment.detach()}
            return SimpleNamespace(total=rest + commitment, parts=parts)

        def settle(self, loss, generator):
            pass

        def look(self, batch, generator):  # noqa: ARG002
            return {}

    model = Away()
    error, _ = stopped(model, optimiser=torch.optim.SGD(model.parameters(), lr=1.5))
    assert error.term == "commitment"
    assert error.step < 60
    assert torch.isfinite(model.encoder.weight).all()


@pytest.mark.parametrize(
    "script",
    [
        lambda t: {"reconstruction": 1e7 / t**3},  # begins badly
        lambda t: {"kl": 1e-3 * t},  # from nothing to 0.4 nats
        lambda t: {"likelihood": -(t**2)},  # a density has no lower bound
        lambda t: {"reconstruction": 1e6 if t % 20 < PATIENCE - 1 and t > 20 else 1},  # spikes
        lambda t: {"reconstruction": -1e-6 * t, "kl": 30 * (1 - 0.9**t)},
    ],
    ids=["falls", "slow", "negative", "spikes", "kl opens"],
)
def test_what_looks_odd_and_is_sound_goes_on(script):
    *_, end = train(around(Scripted(script)), (X,), Plan(400))
    assert end.step == 400


def test_a_total_alone_is_named():
    class Bare(Scripted):
        def loss(self, batch, generator):
            found = super().loss(batch, generator)
            return SimpleNamespace(total=found.total, parts={})

    error, _ = stopped(Bare(lambda t: {"a": 10.0 if t < 5 else 1e7}))
    assert (error.step, error.term) == (5 + PATIENCE - 1, "total")
    assert GENERAL in str(error)


def test_the_measure_is_the_beginning_of_the_run_not_of_the_call():
    script = lambda t: {"a": 1e4 if t == 1 else 1.0 if t < 20 else 5e3}  # noqa: E731
    run = around(Scripted(script))
    list(train(run, (X,), Plan(15)))
    assert run.first == 1e4
    *_, end = train(run, (X,), Plan(60))  # 5e3 is a lot after 1.0, and less than the beginning
    assert end.step == 60


def test_a_rate_too_high_is_caught_on_a_real_model():
    model = toy()
    error, _ = stopped(model, optimiser=torch.optim.SGD(model.parameters(), lr=100.0))
    assert error.step < 100
    assert error.do.startswith("Lower the learning rate")


def test_the_error_travels_between_processes():
    error, _ = stopped(Scripted(lambda t: {"commitment": float("nan") if t == 3 else 1}))
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.step, again.term, again.do) == (error.step, error.term, error.do)
    assert len(again.rows) == len(error.rows) == 3
