"""A run that is saved and loaded goes on as if nothing had been; a wrong file is refused."""

import ast
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from latentcore.training import CheckpointError, Plan, Progress, Run, checkpoint, load, save, train
from tests.training.toy import (
    REGISTRY,
    Picture,
    Settings,
    Toy,
    around,
    assert_equal,
    data,
    state,
    toy,
)

X = data()
PLAN = Plan(20, batch_size=8, report_every=1, warm_up=4, decay="cosine", clip=1.0)  # 3 x 8 > 23

OPTIMISERS = {
    "adam": lambda model: torch.optim.Adam(model.parameters(), lr=0.01),
    "fused": lambda model: torch.optim.Adam(model.parameters(), lr=0.01, fused=True),
    "amsgrad": lambda model: torch.optim.Adam(model.parameters(), lr=0.01, amsgrad=True),
    "adamw": lambda model: torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.1),
    "sgd": lambda model: torch.optim.SGD(model.parameters(), lr=0.05),
    "momentum": lambda model: torch.optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, nesterov=True
    ),
    "groups": lambda model: torch.optim.Adam(
        [
            {"params": model.outward.parameters(), "lr": 0.02, "betas": (0.8, 0.9)},
            {"params": [model.inward.weight], "lr": 0.005},
        ]
    ),
}


def fresh(optimiser="adam"):
    model = toy(width=6, sizes=(1,), name="a")
    return around(model, OPTIMISERS[optimiser](model), seed=9)


def losses(run, plan=PLAN, stop=None, x=X):
    """Every total up to step `stop`."""
    told = []
    for event in train(run, (x,), plan):
        told.append(event.trace["total"])
        if event.step == stop:
            break
    return np.concatenate(told)


@pytest.mark.parametrize("cuts", [(0,), (1,), (2,), (3,), (7,), (19,), (20,), (2, 5, 6, 14)])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_resumed_equals_undisturbed_bit_for_bit(optimiser, cuts):
    whole = fresh(optimiser)
    expected = losses(whole)
    run, told = fresh(optimiser), []
    for cut in cuts:
        if cut:
            told.append(losses(run, stop=cut))
        raw = save(run)
        torch.manual_seed(cut)  # nothing of the process may matter
        run = load(raw, REGISTRY)
        assert run.model.settings == Settings(width=6, sizes=(1,), name="a")
        assert save(run) == raw
    told += [losses(run)] if run.step < PLAN.steps else []
    np.testing.assert_array_equal(np.concatenate(told), expected)
    assert_equal(run, whole)
    assert run.first == whole.first == expected[0]


def test_the_layout_of_memory_is_kept():
    x = data(7, 2 * 5 * 4).reshape(7, 2, 5, 4)
    whole, half = (Run.start(Picture, Settings(features=2), seed=1) for _ in "ab")
    for run in (whole, half):
        run.model.to(memory_format=torch.channels_last)
    strides = [p.stride() for p in half.model.parameters()]
    assert strides != [torch.empty(p.shape).stride() for p in half.model.parameters()]
    plan = Plan(6, batch_size=3, report_every=1)
    losses(whole, plan, x=x)
    losses(half, plan, stop=3, x=x)
    resumed = load(save(half), REGISTRY)
    assert [p.stride() for p in resumed.model.parameters()] == strides
    kept = [resumed.optimiser.state[p]["exp_avg"].stride() for p in resumed.model.parameters()]
    assert kept == strides
    losses(resumed, plan, x=x)
    assert_equal(resumed, whole)


def test_saving_changes_nothing_and_shares_nothing():
    run, other = fresh(), fresh()
    losses(run, stop=5)
    before, raw = state(run), save(run)
    assert all(torch.equal(before[name], tensor) for name, tensor in state(run).items())
    losses(run)
    assert raw != save(run)
    losses(other)
    assert_equal(run, other)


def test_loading_leaves_the_global_generators_alone():
    raw = save(fresh())
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    load(raw, REGISTRY)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == np.random.get_state()[1].tolist()


def test_tied_weights_are_saved():
    class Tied(Toy):
        def __init__(self, settings, generator):
            super().__init__(settings, generator)
            self.outward.weight = self.inward.weight

    run = Run.start(Tied, Settings(features=5))
    x = data(23, 5)
    losses(run, stop=3, x=x)
    again = load(save(run), {"Tied": (Settings, Tied)})
    losses(run, x=x)
    losses(again, x=x)
    assert_equal(run, again)


def test_the_file_is_safetensors_with_json():
    run = fresh()
    losses(run)
    raw = save(run)
    assert safetensors.torch.load(raw).keys() >= {"model/average", "optimiser/norm.bias/exp_avg"}
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])["__metadata__"]
    said = json.loads(header["latentcore"])
    assert said["settings"]["width"] == 6
    assert said["versions"].keys() == {"python", "torch", "numpy"}


def test_pickle_is_nowhere():
    folder = Path(checkpoint.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text())
        names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        imports = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        assert not {"torch.save", "torch.load"} & names
        assert not {"pickle", "marshal", "shelve", "dill"} & imports


def test_a_checkpoint_of_another_device_opens_with_a_fresh_generator():
    run = fresh()
    losses(run, stop=3)
    raw = altered(save(run), lambda h: h.update(generator="cuda"))
    again = load(raw, REGISTRY)
    assert not torch.equal(again.generator.get_state(), run.generator.get_state())
    assert torch.equal(again.generator.get_state(), load(raw, REGISTRY).generator.get_state())
    assert torch.equal(again.model.average, run.model.average)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_checkpoint_goes_to_the_gpu_and_back():
    run = fresh()
    losses(run, stop=3)
    on = load(save(run), REGISTRY, "cuda")
    losses(on, stop=6)
    again = load(save(on), REGISTRY)
    assert again.device.type == "cpu"
    assert torch.equal(again.model.average, on.model.average.cpu())


def altered(raw, header=lambda _: None, tensors=lambda _: None):
    """The same checkpoint with its JSON or its tensors changed by a function."""
    size = int.from_bytes(raw[:8], "little")
    said = json.loads(json.loads(raw[8 : 8 + size])["__metadata__"]["latentcore"])
    held = safetensors.torch.load(raw)
    header(said)
    tensors(held)
    return safetensors.torch.save(held, {"latentcore": json.dumps(said)})


def refused(raw, registry=REGISTRY):
    with pytest.raises(CheckpointError) as caught:
        load(raw, registry)
    assert caught.value.expected
    assert caught.value.do
    return str(caught.value)


@pytest.fixture(scope="module")
def good():
    run = fresh()
    losses(run, stop=3)
    return save(run)


def test_it_is_altered_by_nothing(good):
    assert_equal(load(altered(good), REGISTRY), load(good, REGISTRY))


@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.9, 0.9999])
def test_a_truncated_file_is_refused(good, share):
    assert "damaged" in refused(good[: int(share * len(good))])


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "does not begin"),
        (b"\0" * 100, "does not begin"),
        (pickle.dumps({"a": 1}), "does not begin"),
        (b"\xff" * 8 + b"{}", "header is to have"),
        (b"\x02" + b"\0" * 7 + b"{}", "does not describe a run"),
        (safetensors.torch.save({"a": torch.ones(2)}), "does not describe a run"),
        (safetensors.torch.save({"a": torch.ones(2)}, {"latentcore": "[1]"}), "describe a run"),
        (safetensors.torch.save({"a": torch.ones(2)}, {"latentcore": "[" * 9999}), "describe"),
        (safetensors.torch.save({}, {"latentcore": '{"settings": {"lr": 1}}'}), "has the fields"),
        (safetensors.torch.save({}, {"latentcore": "9" * 5000}), "describe a run"),
    ],
)
def test_foreign_files_are_refused(raw, words):
    assert words in refused(raw)


CHANGES = {
    "another model": (lambda h: h.update(model="VQVAE"), "of a model named “VQVAE”"),
    "another format": (lambda h: h.update(format=2), "format is 2"),
    "another width": (lambda h: h["settings"].update(width=7), "(6,) in the file and"),
    "text for a number": (lambda h: h["settings"].update(width="6"), "Settings.width is '6'"),
    "a setting too many": (lambda h: h["settings"].update(extra=1), "'extra'"),
    "a setting too few": (lambda h: h["settings"].pop("noise"), "'noise'"),
    "no model at all": (lambda h: h["settings"].update(width=-1), "no model can be made"),
    "a huge model": (lambda h: h["settings"].update(width=10**10), "passes the limit"),
    "a long model": (lambda h: h["settings"].update(features=10**8), "passes the limit"),
    "before the beginning": (lambda h: h.update(step=-1), "at step -1"),
    "a time before": (lambda h: h.update(seconds=-1.0), "-1.0 s"),
    "not a number": (lambda h: h.update(seconds=float("nan")), "does not describe a run"),
    "no such place": (lambda h: h["order"].update(taken=-3), "does not describe a run"),
    "no whole step": (lambda h: h.update(step=1.5), "Header.step is 1.5"),
    "a field too few": (lambda h: h.pop("order"), "has the fields"),
    "another optimiser": (lambda h: h["optimiser"].update(kind="LBFGS"), "'LBFGS' is none of"),
    "no such memory": (lambda h: h["optimiser"].update(kind="SGD"), "SGD has no value"),
    "no such value": (lambda h: values(h).update(lr=-1), "Invalid learning rate"),
    "an odd value": (lambda h: values(h).update(depth=3), "Adam has no value 'depth'"),
    "one beta": (lambda h: values(h).update(betas=None), "do not fit Adam"),
    "no such parameter": (lambda h: group(h).append("other"), "moves 'other'"),
    "a parameter twice": (lambda h: group(h).append(group(h)[0]), "moves a parameter twice"),
    "one not moved": (lambda h: group(h).pop(), "remembers"),
}


def group(header):
    return header["optimiser"]["groups"][0]["parameters"]


def values(header):
    return header["optimiser"]["groups"][0]["values"]


@pytest.mark.parametrize("change", CHANGES)
def test_a_header_that_does_not_fit_is_refused(good, change):
    alter, words = CHANGES[change]
    assert words in refused(altered(good, header=alter))


TENSORS = {
    "one too few": (lambda t: t.pop("model/average"), "only the model has “average”"),
    "one too many": (lambda t: t.update({"model/b": torch.ones(1)}), "only the file has “b”"),
    "a shape": (lambda t: t.update({"model/average": torch.ones(9)}), "(9,) in the file"),
    "a type": (lambda t: t.update({"model/average": torch.ones(6).half()}), "torch.float16 (6,)"),
    "a moment's shape": (
        lambda t: t.update({"optimiser/norm.bias/exp_avg": torch.ones(2)}),
        "exp_avg of 'norm.bias' is torch.float32 (2,)",
    ),
    "a moment too few": (lambda t: t.pop("optimiser/norm.bias/exp_avg"), "'norm.bias' Adam"),
    "a count in whole numbers": (
        lambda t: t.update({"optimiser/norm.bias/step": torch.tensor(3)}),
        "step of 'norm.bias' is torch.int64 ()",
    ),
    "a moment of nothing": (
        lambda t: t.update({"optimiser/none/exp_avg": torch.ones(2)}),
        "remembers 'none'",
    ),
    "no generator": (lambda t: t.pop("generator"), "state of the generator"),
    "a wrong generator": (lambda t: t.update(generator=torch.zeros(9)), "state of the generator"),
    "a short generator": (
        lambda t: t.update(generator=torch.zeros(9, dtype=torch.uint8)),
        "state of the generator",
    ),
}


@pytest.mark.parametrize("change", TENSORS)
def test_tensors_that_do_not_fit_are_refused(good, change):
    alter, words = TENSORS[change]
    assert words in refused(altered(good, tensors=alter))


def test_the_size_is_bounded(good, monkeypatch):
    monkeypatch.setattr(checkpoint, "LARGEST", 1000)
    assert "at most 1,000" in refused(good)


@settings(max_examples=150, deadline=None)
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_a_damaged_file_loads_or_is_refused(good, flips):
    raw = bytearray(good)
    header = int.from_bytes(raw[:8], "little")
    for place, change in flips:
        raw[int(place**3 * (header + 400)) % len(raw)] ^= change  # mostly where it is read
    try:
        assert isinstance(load(bytes(raw), REGISTRY), Run)
    except CheckpointError as error:
        assert len(str(error)) > 80


def test_what_cannot_be_saved_says_so():
    model = toy(name=object())
    with pytest.raises(TypeError, match="plain values"):
        save(around(model))
    model = toy()
    with pytest.raises(TypeError, match="RMSprop"):
        save(around(model, torch.optim.RMSprop(model.parameters())))


def test_progress_goes_on_where_it_was():
    run = fresh()
    losses(run, stop=4)
    again = load(save(run), REGISTRY)
    first = next(e for e in train(again, (X,), PLAN) if isinstance(e, Progress))
    assert first.step == 5
    assert first.seconds > run.seconds
