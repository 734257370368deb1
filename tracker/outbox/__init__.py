"""The ledger of letters and their way to the mail server."""
