"""Comparing classifiers on one table: folds, scores, and the models others would use."""
