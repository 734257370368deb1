"""Capture: an official paper becomes drafts that a person can check."""
