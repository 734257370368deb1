"""Commitments: how they are confirmed, reported on, verified and changed."""
