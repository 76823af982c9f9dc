"""File cards: a few bounded lines that tell a model what a file holds and how to read it."""

from sandglass_sandbox.card.registry import card, main
from sandglass_sandbox.card.source import Limits

__all__ = ["Limits", "card", "main"]
