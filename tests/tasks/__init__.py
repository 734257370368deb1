"""Tasks on a real database."""
