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


def taxon(name: str, limit: int = 34) -> str:
    """The last rank of a lineage, enough to recognise it, made safe.

    >>> taxon("k__Bacteria|p__Firmicutes|s__Roseburia_hominis")
    's__Roseburia_hominis'
    """
    parts = [part for part in name.replace(";", "|").split("|") if part.strip()]
    return plain(parts[-1] if parts else name, limit)
