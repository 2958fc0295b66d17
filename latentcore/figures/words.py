"""Names from a user's table, made safe for Plotly, which reads tags and entities in labels."""

from html import escape


def plain(name: str, limit: int = 60) -> str:
    """One line of at most `limit` characters in which nothing is markup.

    >>> plain("<b>OTU</b>")
    '&lt;b&gt;OTU&lt;/b&gt;'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in name[: 4 * limit]).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return escape(cut).replace("$", "&#36;").replace("%{", "%&#123;")
