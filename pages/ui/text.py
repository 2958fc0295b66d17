"""Text that nobody here wrote, shown as text: Streamlit reads markdown in nearly every label."""

SPECIAL = set("\\`*_{}[]()<>#+-.!|~^$:&=/@\"'%")


def escape(text: str, limit: int = 200) -> str:
    """One line of at most `limit` characters with every character of markdown escaped."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 8 * limit]).split())
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return "".join(f"&#{ord(c)};" if c in SPECIAL else c for c in cut)
