"""Curves that a session remembers: the same as in the store, whenever they are looked at."""

import numpy as np
import pytest
import streamlit as st

from latentcore.runs.desk import Desk
from latentcore.training.events import Progress
from latentcore.training.store import Store
from pages.ui import seen


@pytest.fixture
def store(tmp_path, monkeypatch):
    opened = Store(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    monkeypatch.setattr("pages.ui.server.only_desk", lambda: Desk(opened, None))
    monkeypatch.setattr(st, "session_state", {})
    yield opened
    opened.close()


def report(store, run, last, n=10, name="total"):
    values = np.arange(last - n + 1, last + 1, dtype=float)
    store.progress(run, Progress(last, {name: values}, values, last / 10, 1.0))


@pytest.fixture
def run(store):
    run = store.add({}, "VAE", "", "ada", 100)
    store.begin(run, "cpu", {})
    return run


def same(found, store, run):
    whole = store.curves(run)
    np.testing.assert_array_equal(found.step, whole.step)
    for name, values in whole.values.items():
        np.testing.assert_array_equal(found.values[name], values)


def test_curves_grow_as_those_in_the_store(store, run):
    for last in range(10, 60, 10):
        report(store, run, last)
        same(seen.curves(store.run(run)), store, run)


def test_a_look_that_is_late_doubles_no_step(store, run):
    report(store, run, 10)
    early = store.run(run)
    report(store, run, 20)
    seen.curves(early)  # sees step 20 already, and believes to be at 10
    report(store, run, 30)
    same(seen.curves(store.run(run)), store, run)


def test_nothing_is_read_where_nothing_happened(store, run, monkeypatch):
    report(store, run, 10)
    first = seen.curves(store.run(run))
    monkeypatch.setattr(Store, "curves", None)
    assert seen.curves(store.run(run)) is first


def test_a_term_that_comes_later_and_a_run_that_went_back(store, run):
    report(store, run, 10)
    store.checkpoint(run, 10, b"checkpoint")
    seen.curves(store.run(run))
    report(store, run, 20)
    seen.curves(store.run(run))
    store.begin(run, "cpu", {})  # from step 10 again
    seen.curves(store.run(run))
    report(store, run, 20, name="kl")
    found = seen.curves(store.run(run))
    np.testing.assert_array_equal(found.step, store.curves(run).step)
    np.testing.assert_array_equal(found.values["kl"], store.curves(run).values["kl"])


def test_only_a_few_runs_are_remembered(store):
    for _ in range(seen.KEPT + 3):
        seen.curves(store.run(store.add({}, "VAE", "", "ada", 10)))
    assert len(st.session_state[seen.SEEN]) == seen.KEPT
