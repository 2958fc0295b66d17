"""Images as whole numbers: built-in sets, and files of one's own.

One file a source: `digits` and `shapes` are made here; `read` detects what a file holds.  Points
in the plane need nothing from here: `Labelled.x` of the mixtures is what a network takes, and so
is `Table.values` for compositions.
"""

from latentcore.data.images.imageset import ImageError, ImageSet, split
from latentcore.data.images.reading import read

__all__ = ["ImageError", "ImageSet", "read", "split"]
