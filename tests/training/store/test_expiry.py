"""Which runs go by themselves."""

import pytest

from latentcore.training.store import NoSuchRun, expiry

DAY = 24 * 3600.0


STATES = ["waiting", "running", "stopped", "finished", "failed"]


def test_a_run_goes_thirty_days_after_it_ended_and_not_before(store):
    ids = {}
    for state in STATES:
        ids[state] = store.add({}, "VAE", state, "me", 1)
        if state != "waiting":
            store.begin(ids[state], "cpu", {})
        if state in ("stopped", "finished", "failed"):
            store.end(ids[state], state)
    first, last = (store.run(ids[state]).ended for state in ("stopped", "failed"))
    assert store.expire(first + 30 * DAY - 1) == []
    gone = store.expire(last + 30 * DAY + 1)
    assert gone == [ids[state] for state in ("stopped", "finished", "failed")]
    for id in gone:
        with pytest.raises(NoSuchRun):
            store.run(id)
    assert {kept.state for kept in store.runs()} == {"waiting", "running"}


def test_when_there_is_too_much_the_runs_that_ended_first_go(store, monkeypatch):
    monkeypatch.setattr(expiry, "BYTES", 1000)
    ids = []
    for state in STATES:
        ids.append(store.add({}, "VAE", state, "me", 1, attachments={"a": bytes(200)}))
        store.checkpoint(ids[-1], 1, bytes(100))
    now = 0.0
    for id in ids[:3]:
        store.end(id, "finished")
        now = store.run(id).ended
    assert store.expire(now) == ids[:2]  # 1500, 1200, 900
    assert store.expire(now) == []
    for id in ids[3:]:
        store.attach(id, "b", bytes(1000))
    assert store.expire(now) == ids[2:3]  # the others wait, and never go
    assert len(store.runs()) == 2


def test_a_run_that_trains_again_by_now_stays(store, monkeypatch):
    id = store.add({}, "VAE", "a", "me", 1)
    store.end(id, "stopped")
    remove = expiry.remove

    def late(connection, id):
        connection.exec_driver_sql("UPDATE latent_run SET state = 'waiting'")
        return remove(connection, id)

    monkeypatch.setattr(expiry, "remove", late)
    assert store.expire(1e12) == []
    assert store.run(id).state == "waiting"
