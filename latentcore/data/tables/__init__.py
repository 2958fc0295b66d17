"""Tables of taxa: from the bytes of a file to values, names and notes on what was done.

One file a format; `read` detects which one it is, and `Choices` overrule what it detects.
"""

from latentcore.data.tables.choices import Choices
from latentcore.data.tables.reading import read, read_several
from latentcore.data.tables.table import Found, Table, TableError

__all__ = ["Choices", "Found", "Table", "TableError", "read", "read_several"]
