"""What the PixelCNN page shows, piece by piece; the page puts the pieces in order."""

from pages.ui.controls import pixelcnn as controls
from pages.ui.prior.opened import Opened, first_codes, opened, places, start
from pages.ui.prior.pictures import beside, by_class, halves, hard, shown
from pages.ui.prior.watching import watch
from pages.ui.receptive import receptive

__all__ = [
    "Opened",
    "beside",
    "by_class",
    "field",
    "first_codes",
    "halves",
    "hard",
    "opened",
    "places",
    "shown",
    "start",
    "watch",
]


def field(kernels: controls.Kernels) -> None:
    """The receptive field of both convolutional networks, for these kernels."""
    grid = controls.grid()
    receptive(grid, kernels.first, kernels.later, max(grid), key="receptive")
