"""Where the data of a run come from, as plain values that a database can hold.

Nothing of an upload is in here: an uploaded file is an attachment of the run, kept with it and
deleted with it, and a source names it.
"""

from dataclasses import dataclass
from typing import Literal

IMAGES, LABELS, PARTS = "images", "labels", "parts"
"""Names of attachments: a file of images, a file with their labels, a prepared table."""


@dataclass(frozen=True)
class Digits:
    """The 1797 handwritten digits, 8 x 8, that come with scikit-learn."""


@dataclass(frozen=True)
class Shapes:
    """Drawn shapes; see `latentcore.data.images.shapes`."""

    count: int = 2000
    side: int = 16
    channels: Literal[1, 3] = 3
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, or would take a server's memory."""
        if not (10 <= self.count <= 20_000 and 8 <= self.side <= 64):
            raise ValueError(
                f"10 to 20,000 shapes with a side of 8 to 64 are drawn; got {self.count} with a "
                f"side of {self.side}"
            )


@dataclass(frozen=True)
class Images:
    """A file of one's own images, the attachment `IMAGES`, and its labels if it has any.

    `name` is the file's, `side` what images are resized to (None: the reader chooses), `labels`
    the name of the file that the attachment `LABELS` holds, or None.
    """

    name: str
    side: int | None = None
    labels: str | None = None


@dataclass(frozen=True)
class Study:
    """An example study, by its name, with a label; its most abundant taxa are the parts.

    prevalence, top and rank: as of `latentcore.data.preparation.Recipe`.
    """

    name: str
    label: str
    prevalence: float = 0.1
    top: int = 60
    rank: str | None = None


@dataclass(frozen=True)
class Parts:
    """A prepared table of one's own, the attachment `PARTS`; see `latentcore.runs.parts`."""

    name: str


@dataclass(frozen=True)
class Codes:
    """The codes that the model of another run, whose id this is, gives to its data."""

    run: str


@dataclass(frozen=True)
class Levels:
    """Grey levels as if they were codes, so that a prior can be trained on pixels."""

    of: Digits | Shapes | Images
    levels: int = 17

    def __post_init__(self) -> None:
        """A code each: few enough for a softmax at every pixel."""
        if not 2 <= self.levels <= 256:
            raise ValueError(f"levels are 2 to 256, got {self.levels}")


Source = Digits | Shapes | Images | Study | Parts | Codes | Levels
