"""What every store does, whatever database is below."""

import time

import numpy as np
import pytest

from latentcore.training.events import Progress, Snapshot
from latentcore.training.store import NoSuchAttachment, NoSuchRun, Store
from tests.training.store.reports import report, shot, train

RECIPE = {"seed": 1, "model": {"is": "VQVAE", "codes": [4, 4], "beta": 0.25, "name": None}}
HOSTILE = [
    "'; DROP TABLE latent_run; --",
    "nul \0 bell \a escape \x1b[31m line\nbreak\u2028end",
    "half of a pair \ud800",
    "turned \u202egnp.exe",
    "<script>alert(1)</script> {0} %s :name ?",
    "long " * 100_000,
    "日本語 🙂 ñ",
    "",
]


def add(store, **changes):
    given = {"kind": "VQVAE", "name": "digits", "visitor": "me", "steps": 100} | changes
    return store.add(given.pop("recipe", RECIPE), **given)


def deleted(store):
    id = add(store)
    store.delete(id)
    return id


def test_a_run_is_kept_trained_looked_at_and_deleted(store):
    before = time.time()
    id = add(store, attachments={"data": b"\0\1"})
    found = store.run(id)
    assert (found.state, found.step, found.steps, found.private) == ("waiting", 0, 100, False)
    assert (found.recipe, found.kind, found.name) == (RECIPE, "VQVAE", "digits")
    assert (found.started, found.ended, store.saved(id)) == (None, None, None)
    assert before <= found.created <= time.time()
    store.begin(id, "cpu", {"torch": "2"})
    assert store.run(id).state == "running"
    store.snapshot(id, shot(0))
    train(store, id, range(0, 100, 10))
    store.end(id, "finished", "All steps are done.")
    found = store.run(id)
    assert (found.state, found.step, found.seconds) == ("finished", 100, 10.0)
    assert (found.device, found.versions) == ("cpu", {"torch": "2"})
    assert found.message == "All steps are done."
    assert found.created <= found.started <= found.ended
    assert store.curves(id).step.tolist() == list(range(1, 101))
    assert store.steps(id) == tuple(range(0, 101, 10))
    assert store.picture(id).step == 100
    assert store.saved(id) == (100, b"100")
    assert store.attachment(id, "data") == b"\0\1"
    store.delete(id)
    with pytest.raises(NoSuchRun):
        store.run(id)


def test_everything_of_a_run_goes_with_it_and_nothing_of_others(store):
    gone, other = add(store, attachments={"a": b"1"}), add(store, attachments={"a": b"2"})
    for id in (gone, other):
        store.begin(id, "cpu", {})
        train(store, id, range(0, 50, 10))
    store.delete(gone)
    with store._engine.connect() as connection:
        for table in ("attachment", "checkpoint", "snapshot", "curve", "saved_curve"):
            left = connection.exec_driver_sql(f"SELECT DISTINCT run FROM latent_{table}")
            assert left.scalars().all() == [other], table


CALLS = {
    "run": lambda s, id: s.run(id),
    "rename": lambda s, id: s.rename(id, "a"),
    "delete": lambda s, id: s.delete(id),
    "wish": lambda s, id: s.wish(id, "stop"),
    "beat": lambda s, id: s.beat(id, 1.0),
    "wished": lambda s, id: s.wished(id),
    "attach": lambda s, id: s.attach(id, "a", b""),
    "begin": lambda s, id: s.begin(id, "cpu", {}),
    "progress": lambda s, id: s.progress(id, report(10)),
    "snapshot": lambda s, id: s.snapshot(id, shot(0)),
    "checkpoint": lambda s, id: s.checkpoint(id, 1, b""),
    "end": lambda s, id: s.end(id, "finished"),
    "curves": lambda s, id: s.curves(id),
    "steps": lambda s, id: s.steps(id),
    "picture": lambda s, id: s.picture(id),
    "saved": lambda s, id: s.saved(id),
    "saved_at": lambda s, id: s.saved_at(id),
    "attachment": lambda s, id: s.attachment(id, "a"),
}


def test_whatever_is_asked_of_a_run_that_is_not_there_says_so(store):
    for id in (deleted(store), "", "\0", "\ud800", "' OR 1=1 --", "é", "a" * 1_000_000):
        for name, call in CALLS.items():
            with pytest.raises(NoSuchRun):
                call(store, id)
                pytest.fail(f"{name} of {id[:20]!r} passed")


def test_ids_cannot_be_guessed(store):
    ids = [add(store) for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(len(id) >= 22 for id in ids)  # 16 bytes
    assert len({id[:4] for id in ids}) > 15


def test_private_runs_are_listed_for_their_visitor_only(store):
    mine, hidden = add(store, visitor="me"), add(store, visitor="me", private=True)
    theirs, secret = add(store, visitor="you"), add(store, visitor="you", private=True)
    nobodys = add(store, visitor="", private=True)
    for visitor, seen in (
        ("me", [theirs, hidden, mine]),
        ("you", [secret, theirs, mine]),
        (None, [theirs, mine]),
        ("", [theirs, mine]),
        ("ME", [theirs, mine]),
        ("me' OR '1'='1", [theirs, mine]),
        ("%", [theirs, mine]),
        ("me\0", [theirs, mine]),
        ("\ud800", [theirs, mine]),
    ):
        assert [kept.id for kept in store.runs(visitor)] == seen
    assert store.run(nobodys).private  # who has the id can open it


def test_a_visitor_is_kept_as_they_are_or_not_at_all(store):
    for visitor in ("a b", "a\0", "é", "a" * 201, "a\n"):
        with pytest.raises(ValueError, match="visitor"):
            add(store, visitor=visitor)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_words_from_anywhere_are_kept_as_one_line_of_text(store, text):
    id = add(store, name=text, kind=text, recipe={"words": text}, attachments={text: b"1"})
    store.begin(id, text, {text: text})
    store.end(id, "failed", text)
    found = store.run(id)
    assert found.recipe == {"words": text}
    assert found.versions == {text: text}
    assert store.attachment(id, text) == b"1"
    store.rename(id, "between")
    store.rename(id, text)
    limits = ((found.name, 120), (found.kind, 60), (found.device, 60), (found.message, 2000))
    for words, limit in limits:
        assert len(words) <= limit
        assert words.isprintable()
        assert "\u202e" not in words
        words.encode()
    assert store.run(id).name == found.name
    if text.isprintable() and len(text) <= 60:
        assert found.name == found.kind == found.message == text
    assert [kept.id for kept in store.runs()] == [id]


def test_what_is_no_json_is_not_kept(store):
    for recipe, wrong in (({"a": float("nan")}, ValueError), ({"a": b"1"}, TypeError)):
        with pytest.raises(wrong):
            add(store, recipe=recipe)
    with pytest.raises(ValueError, match="characters"):
        add(store, recipe={"a": "1" * 1_000_001})
    with pytest.raises(ValueError, match="steps"):
        add(store, steps=2**31)
    assert store.runs() == []


def test_the_newest_runs_come_first_and_not_all_of_them(store, monkeypatch):
    monkeypatch.setattr("latentcore.training.store.listing.LISTED", 3)
    ids = [add(store) for _ in range(5)]
    assert [kept.id for kept in store.runs()] == ids[:1:-1]


def test_a_wish_is_heard_and_an_ended_run_waits_again(store):
    id = add(store)
    assert store.wished(id) == "train"
    store.begin(id, "cpu", {})
    store.wish(id, "stop")
    assert (store.wished(id), store.run(id).state) == ("stop", "running")
    store.end(id, "stopped")
    store.wish(id, "stop")
    assert store.run(id).state == "stopped"
    store.wish(id, "train")
    found = store.run(id)
    assert (found.state, found.ended, store.wished(id)) == ("waiting", None, "train")
    store.begin(id, "cpu", {})
    store.wish(id, "train")
    assert store.run(id).state == "running"


def test_attachments_are_replaced_by_name_and_missing_ones_are_named(store):
    id = add(store, attachments={"a": b"1", "b": b""})
    store.attach(id, "a", b"2")
    store.attach(id, "c", bytes(range(256)))
    assert [store.attachment(id, name) for name in "abc"] == [b"2", b"", bytes(range(256))]
    alike = ["x" * 200, "x" * 201, "x" * 120, "n\0", "n\1", "n", "", " "]
    for name in alike:
        store.attach(id, name, name.encode())
    assert [store.attachment(id, name) for name in alike] == [name.encode() for name in alike]
    with pytest.raises(NoSuchAttachment, match="“d”"):
        store.attachment(id, "d")


@pytest.mark.parametrize("what", ["attach", "checkpoint", "add"])
def test_bytes_beyond_what_a_database_holds_are_refused(store, monkeypatch, what):
    for module in ("listing", "recording"):
        monkeypatch.setattr(f"latentcore.training.store.{module}.LARGEST", 10)
    id = add(store)
    calls = {
        "attach": lambda raw: store.attach(id, "a", raw),
        "checkpoint": lambda raw: store.checkpoint(id, 1, raw),
        "add": lambda raw: add(store, attachments={"a": raw}),
    }
    calls[what](bytes(10))
    with pytest.raises(ValueError, match="at most 10 bytes, this one 11"):
        calls[what](bytes(11))
    assert len(store.runs()) == 1 + (what == "add")  # nothing half done


def test_only_the_newest_checkpoint_is_kept(store):
    id = add(store)
    store.checkpoint(id, 10, b"ten")
    store.checkpoint(id, 20, b"")
    assert store.saved(id) == (20, b"")


def test_pictures_by_step(store):
    id = add(store)
    assert (store.steps(id), store.picture(id)) == ((), None)
    for step in (0, 100, 50, 50):
        store.snapshot(id, shot(step))
    assert store.steps(id) == (0, 50, 100)
    assert store.picture(id).step == 100
    assert store.picture(id, 50).arrays["a"].tolist() == [[50] * 3] * 2
    for step in (49, -1, -(10**30), 10**30):
        assert store.picture(id, step) is None


def test_pictures_are_bounded_and_the_first_and_the_newest_stay(store):
    id = add(store)
    for step in range(0, 20_000, 100):
        store.snapshot(id, shot(step))
        steps = store.steps(id)
        assert len(steps) <= 64
        assert (steps[0], steps[-1]) == (0, step)
    assert len(steps) > 32
    assert len(set(np.diff(steps)[:-1])) == 1


def test_curves_are_exact_while_they_are_short(store):
    id = add(store)
    kl = np.array([1.0, np.nan, 3.0])
    store.progress(id, Progress(3, {"total": np.arange(3.0)}, np.ones(3), 1.0, 1.0))
    store.progress(id, Progress(6, {"total": np.arange(3.0, 6), "kl": kl}, np.ones(3), 2.0, 1.0))
    curves = store.curves(id)
    assert curves.step.tolist() == [1, 2, 3, 4, 5, 6]
    assert list(curves.values) == ["total", "gradient", "kl"]
    assert curves.values["total"].tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(curves.values["kl"], [np.nan] * 3 + [1, np.nan, 3])
    later = store.curves(id, after=4)
    assert later.step.tolist() == [5, 6]
    np.testing.assert_array_equal(later.values["kl"], [np.nan, 3])
    for after in (6, 10**30):
        assert store.curves(id, after).step.shape == (0,)


def test_curves_before_the_first_report_are_empty(store):
    curves = store.curves(add(store))
    assert curves.step.tolist() == []
    assert curves.values == {}


def test_curves_of_any_length_are_bounded_and_stay_means(store):
    id, n, every = add(store), 6_000, 75
    rng = np.random.default_rng(0)
    total, kl = rng.normal(size=n), np.where(np.arange(n) % 3 == 0, rng.normal(size=n), np.nan)
    for i in range(0, n, every):
        part = slice(i, i + every)
        trace = {"total": total[part], "kl": kl[part]}
        store.progress(id, Progress(i + every, trace, total[part] ** 2, 1.0, 1.0))
        assert len(store.curves(id).step) <= 1024
    curves = store.curves(id)
    assert len(curves.step) > 512
    assert (curves.step[0], curves.step[-1]) == (1, n)
    assert curves.values["total"][0] == total[0]
    ends = [0, *curves.step]
    parts = [slice(a, b) for a, b in zip(ends, ends[1:], strict=False)]
    for name, values in (("total", total), ("kl", kl), ("gradient", total**2)):
        means = [np.nanmean(values[part]) for part in parts]
        np.testing.assert_allclose(curves.values[name], means, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("n", [100, 3000])
@pytest.mark.parametrize("died", [0, 30, 50, 70, 100])
def test_a_run_whose_worker_died_ends_like_one_that_was_never_disturbed(store, n, died):
    calm, shaken = add(store), add(store)
    every, save, died = n // 10, n // 2, n * died // 100
    for id in (calm, shaken):
        store.begin(id, "cpu", {})
        store.snapshot(id, shot(0))
    train(store, shaken, range(0, died, every), save)
    at = store.saved(shaken)
    store.begin(shaken, "cpu", {})
    begun = at[0] if at else 0
    found = store.run(shaken)
    assert (found.state, found.step, found.seconds) == ("running", begun, begun / 10)
    assert store.curves(shaken).step[-1:].tolist() == [begun][: begun > 0]
    assert store.steps(shaken)[-1:] == (begun,)[: bool(at)]
    if not begun:
        store.snapshot(shaken, shot(0))
    for id, since in ((calm, 0), (shaken, begun)):
        train(store, id, range(since, n, every), save)
    one, other = store.curves(calm), store.curves(shaken)
    np.testing.assert_array_equal(one.step, other.step)
    for name, values in one.values.items():
        np.testing.assert_array_equal(values, other.values[name])
    assert store.steps(calm) == store.steps(shaken)
    assert store.saved(calm) == store.saved(shaken)


def test_a_report_that_comes_twice_counts_once(store):
    id = add(store)
    for last in (10, 20, 20, 30, 20, 30):
        store.progress(id, report(last))
    assert store.curves(id).values["total"].tolist() == list(range(1, 31))


def test_runs_of_which_nothing_is_heard_are_found(store):
    silent, done = add(store), add(store)
    store.begin(silent, "cpu", {})
    store.begin(done, "cpu", {})
    store.end(done, "finished")
    for write in (
        lambda: store.progress(silent, report(10)),
        lambda: store.snapshot(silent, shot(10)),
        lambda: store.checkpoint(silent, 10, b""),
    ):
        heard = time.time()
        assert store.lost(heard + 1, silence=0.0) == [silent]
        write()
        assert store.lost(heard, silence=0.0) == []
    assert store.lost(heard, silence=1.0) == []
    assert done not in store.lost(heard + 1e6)

    waiting = add(store)
    assert waiting in store.lost(time.time() + 10, silence=1.0)
    store.beat(waiting, heard + 100)
    assert waiting not in store.lost(heard + 100, silence=1.0)
    store.end(waiting, "stopped")
    store.wish(waiting, "train")  # waits again, from now
    assert waiting not in store.lost(time.time(), silence=5.0)


def test_another_store_of_the_same_database_sees_the_same(store):
    id = add(store)
    other = Store(store.url)
    try:
        other.begin(id, "cpu", {})
        assert store.run(id) == other.run(id)
        assert store.run(id).state == "running"
    finally:
        other.close()


def test_a_picture_of_nothing(store):
    id = add(store)
    store.snapshot(id, Snapshot(0, {}))
    assert store.picture(id).arrays == {}
