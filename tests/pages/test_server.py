"""One desk for a server, however many ask for it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from pages.ui import server


def test_a_class_that_comes_at_once_gets_one_desk():
    server.only_desk.cache_clear()
    together = Barrier(8)

    def ask(_):
        together.wait()
        return id(server.desk())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
