"""The home on one machine, whole."""
