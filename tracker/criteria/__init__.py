"""Criteria: versions of sets, which commune meets which criterion since when, and what papers say about it."""
