"""A run as the store tells of it, and how a row of the database becomes one."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from sqlalchemy import Row

State = Literal["waiting", "running", "stopped", "finished", "failed"]
Ended = Literal["stopped", "finished", "failed"]
Wish = Literal["train", "stop"]

ENDED: tuple[str, ...] = get_args(Ended)

PLAIN = re.compile(r"[!-~]{1,200}")
TURNING = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True)
class Kept:
    """A run: what it is, whose, and how far.

    kind: the name of the model's class; recipe: all that it was started with, as JSON.
    visitor: who started it.  A secret between that visitor's browser and the server: not shown.
    private: listed for its visitor only; whoever has the id can open it.
    step of steps, seconds of training; created, started and ended in seconds since 1970.
    message: how it ended, in a sentence; versions and device: what it was trained with.
    """

    id: str
    name: str
    kind: str
    recipe: Mapping[str, Any]
    visitor: str
    private: bool
    state: State
    step: int
    steps: int
    seconds: float
    created: float
    started: float | None
    ended: float | None
    message: str
    versions: Mapping[str, str]
    device: str


def kept(row: Row[Any]) -> Kept:
    """A row of `latent_run` whose columns are the fields of Kept."""
    found = row._asdict()
    texts = {name: json.loads(found[name]) for name in ("recipe", "versions")}
    return Kept(**{**found, **texts})


def cut(text: str, limit: int) -> str:
    """A text that any database takes and any page can show: one line of at most `limit`.

    What is no character (control codes, halves of pairs) becomes a space, and marks that turn
    the direction of writing go.
    """
    odd = {"Cc", "Cs", "Cn", "Zl", "Zp"}
    plain = (
        " " if unicodedata.category(c) in odd else c for c in text[: 10 * limit].translate(TURNING)
    )
    return " ".join("".join(plain).split())[:limit].rstrip()


def key(name: str, limit: int) -> str:
    """A name that other names do not share after it is cut: what was lost is told by a hash."""
    if (kept := cut(name, limit)) == name:
        return name
    told = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"{cut(kept, limit - 25)} {told}"


def is_plain(key: str) -> bool:
    """Whether a text can be the id of a run or of a visitor."""
    return PLAIN.fullmatch(key) is not None
