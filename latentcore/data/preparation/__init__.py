"""From abundances to what a model reads: one recipe, learned on the training samples alone."""

from latentcore.data.preparation.recipe import Output, Preparation

__all__ = ["Output", "Preparation"]
