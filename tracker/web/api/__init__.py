"""The interface for programs: JSON under /api/v1, the same functions behind it as behind the pages."""
