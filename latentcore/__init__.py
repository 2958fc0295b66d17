"""Latent Lab's back end: discrete latent-variable models, usable from a notebook."""
