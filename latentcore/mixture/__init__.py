"""Finite mixtures, with a linear classifier in every component where there are labels."""
