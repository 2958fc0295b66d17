"""Tables of taxa: from the bytes of a file to values, names and notes on what was done.

One file a format; `read` detects which one it is.
"""

from latentcore.data.tables.reading import read
from latentcore.data.tables.table import Table, TableError

__all__ = ["Table", "TableError", "read"]
