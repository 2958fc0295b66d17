"""From abundances to what a model reads: one recipe, learned on the training samples alone."""

from latentcore.data.preparation.aggregation import aggregate
from latentcore.data.preparation.recipe import Recipe
from latentcore.data.preparation.transformer import Output, Preparation

__all__ = ["Output", "Preparation", "Recipe", "aggregate"]
