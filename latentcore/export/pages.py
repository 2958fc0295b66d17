"""Figures and words as HTML that fetches nothing from anywhere: no script, font or picture.

Plotly's code is written into a report once.  Whatever came from a table is text: it is escaped
here, and inside figures by `figures.words`.  A policy in the head of the page forbids the browser
to load anything, should a name get through all the same.  Every figure has a button that writes
it as SVG, drawn by the reader's own browser: no server needs one.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from latentcore.figures.picture import Picture

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)
LOCAL = POLICY.replace("script-src 'unsafe-inline'", "script-src 'self' file: 'unsafe-inline'")
STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #22272f; background: #fdfcfa;
       max-width: 62rem; margin: 2rem auto; padding: 0 1.25rem; }
h1, h2 { font-family: Georgia, serif; line-height: 1.2; }
h2 { margin-top: 2.2rem; border-top: 1px solid #d8d4cb; padding-top: 1.2rem; }
table { border-collapse: collapse; margin: 1rem 0; font-size: 0.92rem; }
th, td { text-align: left; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid #e4e0d8;
         vertical-align: top; overflow-wrap: anywhere; min-width: 5.5rem; }
figure { margin: 1.2rem 0; } figcaption { color: #565d68; font-size: 0.92rem; }
button { font: inherit; padding: 0.15rem 0.7rem; border: 1px solid #d8d4cb; border-radius: 0.4rem;
         background: #f1efea; cursor: pointer; float: right; margin-left: 1rem; }
@media print { button { display: none; } }
"""
SAVE = """
document.querySelectorAll("figure button").forEach((button) => {
  button.addEventListener("click", () => {
    const plot = button.closest("figure").querySelector(".js-plotly-plot");
    Plotly.downloadImage(plot, {format: "svg", filename: button.dataset.name,
                                width: plot.clientWidth, height: plot.clientHeight});
  });
});
"""
CONFIG = {"displaylogo": False, "responsive": True, "toImageButtonOptions": {"format": "svg"}}


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs, a table (its first row the header) and pictures."""

    heading: str
    words: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    pictures: Sequence[Picture] = field(default_factory=tuple)


def report(title: str, sections: Sequence[Section]) -> str:
    """The whole as one page; text is text, whatever it holds."""
    body = "\n".join(_section(section, f"s{i}") for i, section in enumerate(sections))
    return _page(title, POLICY, f"<script>{get_plotlyjs()}</script>", body)


def zipped(pictures: Sequence[Picture]) -> bytes:
    """Every figure as a page of its own, with Plotly's code in one file beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("plotly.min.js", get_plotlyjs())
        for i, picture in enumerate(pictures):
            script = '<script src="plotly.min.js"></script>'
            page = _page(picture.caption, LOCAL, script, _picture(picture, f"p{i}"))
            folder.writestr(f"{picture.name}.html", page)
    return out.getvalue()


def text(words: str, limit: int = 2000) -> str:
    """One line of words in which nothing is markup and nothing turns the direction around."""
    line = " ".join("".join(c if c.isprintable() else " " for c in words[: 2 * limit]).split())
    return escape(line if len(line) <= limit else line[: limit - 1] + "…")


def _page(title: str, policy: str, script: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{text(title, 120)}</title>
<style>{STYLE}</style>
{script}
</head>
<body>
<h1>{text(title, 200)}</h1>
{body}
<script>{SAVE}</script>
</body>
</html>
"""


def _section(section: Section, anchor: str) -> str:
    words = "".join(f"<p>{text(each)}</p>\n" for each in section.words)
    pictures = "".join(
        _picture(picture, f"{anchor}p{i}") for i, picture in enumerate(section.pictures)
    )
    return f"<h2>{text(section.heading)}</h2>\n{words}{_table(section.rows)}{pictures}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{text(cell, 200)}</th>' for cell in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td><bdi>{text(cell, 400)}</bdi></td>" for cell in row) + "</tr>\n"
        for row in rows[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"


def _picture(picture: Picture, anchor: str) -> str:
    drawn = go.Figure(picture.figure).update_layout(
        template="plotly_white", paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)"
    )
    plot = drawn.to_html(
        full_html=False, include_plotlyjs=False, include_mathjax=False, config=CONFIG,
        div_id=f"plot-{anchor}",
    )  # fmt: skip
    caption = text(picture.caption)
    return (
        f'<figure role="group" aria-label="{caption}">'
        f'{plot}\n<figcaption><button type="button" data-name="{text(picture.name)}">Save as SVG'
        f"</button>{caption}</figcaption></figure>\n"
    )
