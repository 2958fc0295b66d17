"""A visitor without a browser: Streamlit's websocket and messages, a hundredth of a tab's weight.

    with Visitor(url, "vq-vae", "vqvae=EMA") as visitor:
        visitor.press("Train")
        visitor.wait(lambda: "run=" in visitor.query)

It keeps what a tab keeps (its cookie, the link, the buttons, all text that it was sent) and does
what a tab does when it is told to draw a part of the page again every so often.
"""

import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable
from types import TracebackType
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


class Visitor:
    """One tab, its cookie its own."""

    def __init__(self, url: str, path: str = "", query: str = "", cookie: str = "") -> None:
        self.url, self.path, self.query = url, path, query
        self.cookie = cookie or _cookie(f"{url}/{path}")
        self.buttons: dict[str, str] = {}
        self.progress = ""
        self._sent: deque[bytes] = deque(maxlen=2000)
        self.finished = 0
        self.errors: list[str] = []
        self._page = ""
        self._again: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> "Visitor":
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self._opened = connect(
            address, additional_headers={"Cookie": self.cookie}, origin=self.url,
            subprotocols=["streamlit"], max_size=None, legacy=False,
        )  # fmt: skip
        self._socket = self._opened.__enter__()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._clock = threading.Thread(target=self._tick, daemon=True)
        self._clock.start()
        self.rerun()
        self.wait(lambda: self.finished > 0)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.__exit__(kind, error, trace)

    def rerun(self, pressed: str = "", fragment: str = "") -> None:
        """Have the script run, after a button was pressed or for a part of the page."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.path
        message.rerun_script.page_script_hash = self._page
        if fragment:
            message.rerun_script.fragment_id = fragment
            message.rerun_script.is_auto_rerun = True
        if pressed:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = pressed, True
        self._socket.send(message.SerializeToString())

    def press(self, label: str) -> None:
        """Press the button of that label, and wait until the page has answered."""
        done = self.finished
        self.rerun(pressed=self.buttons[label])
        self.wait(lambda: self.finished > done)

    def wait(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Until something is so."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"waited in vain; saw {self.progress}"
            time.sleep(0.05)

    def saw(self, text: str) -> bool:
        """Whether anything that the page was sent lately holds the text."""
        return any(text.encode() in raw for raw in list(self._sent))

    def _read(self) -> None:
        try:
            for raw in self._socket:
                message = ForwardMsg()
                message.ParseFromString(raw)
                with self._lock:
                    self._heed(message, raw)
        except ConnectionClosed:
            return

    def _heed(self, message: ForwardMsg, raw: bytes) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._sent.append(raw)
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons[element.button.label] = element.button.id
            if element.WhichOneof("type") == "progress":
                self.progress = element.progress.text
            if element.WhichOneof("type") == "exception":
                self.errors.append(element.exception.message)
        elif kind == "page_info_changed":
            self.query = _merged(self.query, message.page_info_changed.query_string)
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
            self._again.clear()  # a whole run of the script: its parts ask anew
        elif kind == "script_finished":
            self.finished += 1
        elif kind == "stop_auto_rerun":
            self._again.pop(message.stop_auto_rerun.fragment_id, None)
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._again[message.auto_rerun.fragment_id] = (every, time.monotonic() + every)

    def _tick(self) -> None:
        while self._reader.is_alive():
            time.sleep(0.05)
            now = time.monotonic()
            with self._lock:
                due = [name for name, (_, at) in self._again.items() if at <= now]
                for name in due:
                    every, _ = self._again[name]
                    self._again[name] = every, now + every
            try:
                for name in due:
                    self.rerun(fragment=name)
            except ConnectionClosed:
                return


def _merged(before: str, told: str) -> str:
    """What the server changed in the link; settings of widgets are the tab's own business."""
    return urlencode(parse_qs(before) | parse_qs(told), doseq=True)


def _cookie(url: str) -> str:
    """The cookie that a new browser is given with its first page."""
    asked = urllib.request.Request(url, headers={"Accept": "text/html"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        return answer.headers.get("set-cookie", "").split(";")[0]
