"""Parsers that run in a process of their own, where a crash, a hang or a bomb ends with it.

`__main__` is a script; it imports nothing of latentcore, so that it starts quickly.
"""
