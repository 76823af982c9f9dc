"""Attempts to get out of a container. The doctor, `serve` and the tests run the same ones.

Each is a function with `@probe`: what it tries, what must happen. They run as a user's code does,
in a cell; nothing here knows the sandbox's own code. Made for a container: run nowhere else.
"""
