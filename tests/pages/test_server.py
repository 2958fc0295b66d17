"""One desk for a server, however many ask for it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from pages.ui import server


def test_a_class_that_comes_at_once_gets_one_desk():
    server.only_desk.cache_clear()
    together = Barrier(8)

    def ask(_):
        together.wait()
        return id(server.desk())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_workers_start_with_the_first_look_at_a_page_that_trains(monkeypatch):
    opened = Event()
    monkeypatch.setattr(server, "_open", opened.set)
    server.only_desk.cache_clear()
    server.prepare()
    assert not opened.is_set(), "no server, no workers"
    serving = Event()
    serving.set()
    monkeypatch.setattr(server, "SERVING", serving)
    server.prepare()
    assert opened.wait(5)
