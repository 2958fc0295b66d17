"""One community table under one mixture: fit, ordination, what the heads use, stability, use."""
