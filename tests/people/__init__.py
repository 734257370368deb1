"""The register on a real database."""
