"""Makers of the fresh set's files, by kind; each function writes one file."""
