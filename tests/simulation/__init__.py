"""The simulator finds what it should, and the coordinator stands what it finds."""
