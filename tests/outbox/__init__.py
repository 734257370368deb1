"""Letters as bytes, the ledger, the leases, and the way to real mail servers."""
