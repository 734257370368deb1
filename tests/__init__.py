"""Tests, mirroring the packages: sentences for names, no mocks, no clock."""
