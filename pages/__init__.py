"""The pages of the app: one story each, read from top to bottom."""
