"""Who asks: a name for a browser that says nothing about its owner.

A training run outlives the tab that asked for it, so a session is not enough to know whose it is.
The server gives each browser a random cookie with the first page; what is kept with runs is a hash
of it, so that the database holds nothing with which one could pass for somebody else.
"""

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any

import streamlit as st

COOKIE = "latent_visitor"
YEAR = 365 * 24 * 3600
_SESSION = "_visitor"


def visitor() -> str:
    """The name of this browser; of this session where the browser keeps no cookies."""
    token = st.context.cookies.get(COOKIE)
    if not isinstance(token, str) or not token:
        token = st.session_state.setdefault(_SESSION, secrets.token_urlsafe(24))
    return hashlib.sha256(token.encode()).hexdigest()[:32]


class Cookies:
    """ASGI middleware that gives the cookie along with a page, to browsers that have none."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 (an ASGI application)
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Pass the request on."""
        if scope["type"] != "http" or not _wants(scope["headers"]):
            await self.app(scope, receive, send)
            return
        line = (
            f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
        )

        async def answer(message: Any) -> None:  # noqa: ANN401
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"set-cookie", line.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, answer)


def _wants(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a page is asked for by a browser without the cookie."""
    found = {name.lower(): value.decode("latin-1") for name, value in headers}
    try:
        known = COOKIE in SimpleCookie(found.get(b"cookie", ""))
    except CookieError:
        known = False
    return "text/html" in found.get(b"accept", "") and not known
