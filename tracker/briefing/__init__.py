"""The weekly briefing: gathered, frozen, approved, and shown as page, letter, PDF, Word, Excel and chat text."""
