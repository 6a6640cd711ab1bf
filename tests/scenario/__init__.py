"""Whole scenarios with real processes."""
