"""Makers of the evaluation's files, by kind; each function writes one file."""
