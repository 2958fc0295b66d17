"""The input widgets, one module a page; each returns one frozen record of settings."""
