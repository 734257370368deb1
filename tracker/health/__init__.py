"""Is everything in order: what an administrator looks at before anybody misses a letter."""
