"""Guaranteed power: the operation, its guards, and the sites whose supply is watched."""
