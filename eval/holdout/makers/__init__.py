"""Makers of the held-out set's files, by kind; each function writes one file."""
