"""What comes in: points with labels, tables of taxa, and how they are prepared."""
