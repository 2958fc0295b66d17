"""Toy data with a known answer: generators, and presets that each teach one thing."""
