"""One desk for a server, however many ask for it first, and garbage collected once in a while."""

import ast
import asyncio
import gc
import inspect
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import streamlit as st
from streamlit.runtime.scriptrunner import script_runner

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


def test_garbage_is_collected_once_in_a_while_and_not_after_every_run(monkeypatch):
    now, done = [100.0], []
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    seldom = server.Seldom(lambda generation: done.append(generation) or 7)
    assert [seldom.collect(2) for _ in range(3)] == [7, 0, 0]
    now[0] += server.COLLECTING
    assert seldom.collect(2) == 7 and done == [2, 2]


def test_the_server_answers_streamlit_that_asks_for_a_collection(monkeypatch):
    """Streamlit's runner of scripts calls gc.collect by the module's name: here it is another."""
    monkeypatch.setattr(script_runner, "gc", gc)
    monkeypatch.setattr(server, "_warm", lambda: None)
    monkeypatch.setattr(server.logs, "quiet", lambda: None)
    monkeypatch.setattr(server, "SERVING", Event())
    monkeypatch.setattr(server, "ENDING", Event())
    manager = st.runtime.pages_manager.PagesManager
    monkeypatch.setattr(manager, "uses_pages_directory", manager.uses_pages_directory)

    async def serve():
        async with server.lifespan(None):
            assert isinstance(script_runner.gc, server.Seldom)

    asyncio.run(serve())
    tree = ast.walk(ast.parse(inspect.getsource(script_runner)))
    dotted = [node for node in tree if isinstance(node, ast.Attribute)]
    used = {node.attr for node in dotted if getattr(node.value, "id", "") == "gc"}
    assert used == {"collect"}, "Streamlit asks the collector for more, or for nothing any more"
