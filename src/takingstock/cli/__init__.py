"""The command line: calls verbs, renders results. Nothing heavy is imported before a verb runs."""

from takingstock.cli.app import main

__all__ = ["main"]
