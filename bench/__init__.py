"""Measurements: `python -m bench.search`. Not part of the running service."""
