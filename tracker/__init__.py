"""Đôn Đốc: turns an official notice into commitments that nobody can lose sight of."""
