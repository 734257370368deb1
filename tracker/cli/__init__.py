"""The command line: every command reads input, calls one function and shows the result."""

from tracker.cli.app import main

__all__ = ["main"]
