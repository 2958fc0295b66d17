"""The cookie that tells browsers apart: given once, with pages only, and never stored itself."""

import asyncio
import hashlib
from http.cookies import SimpleCookie

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visitor import COOKIE, Cookies

PAGE = (b"accept", b"text/html,*/*")


def asked(*headers, kind="http"):
    """The headers of the answer to one request."""
    sent = []

    async def inner(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message):
        sent.append(message)

    asyncio.run(Cookies(inner)({"type": kind, "headers": list(headers)}, None, keep))
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_new_browser_gets_one_and_each_another():
    (first,), (second,) = asked(PAGE), asked(PAGE)
    assert first != second
    morsel = SimpleCookie(first)[COOKIE]
    assert morsel["httponly"] and morsel["samesite"] == "Lax" and len(morsel.value) >= 32


@pytest.mark.parametrize(
    "headers",
    [
        [PAGE, (b"cookie", f"{COOKIE}=abc".encode())],
        [(b"accept", b"*/*")],
        [],
    ],
)
def test_others_get_none(headers):
    assert asked(*headers) == []


def test_a_websocket_is_left_alone():
    assert asked(PAGE, kind="websocket") == []


def test_a_strange_cookie_is_no_error():
    assert len(asked(PAGE, (b"cookie", b"\xff\xfe; ==;;[]"))) == 1


def shown():
    import streamlit as st

    from pages.ui.visitor import visitor

    st.text(visitor())


def test_without_cookies_a_session_is_a_visitor():
    app, other = AppTest.from_function(shown).run(), AppTest.from_function(shown).run()
    name = app.text[0].value
    assert app.run().text[0].value == name != other.text[0].value


def test_the_name_is_a_hash(monkeypatch):
    import streamlit as st

    class Context:
        cookies = {COOKIE: "secret"}

    monkeypatch.setattr(st, "context", Context())
    from pages.ui.visitor import visitor

    assert visitor() == hashlib.sha256(b"secret").hexdigest()[:32]
