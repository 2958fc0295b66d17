"""A figure with a name and with words, so that a page, a file and a report say the same of it."""

from dataclasses import dataclass

import plotly.graph_objects as go


@dataclass(frozen=True)
class Picture:
    """A figure, the name of its file, and what it shows in words."""

    name: str
    caption: str
    figure: go.Figure
