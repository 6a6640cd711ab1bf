"""The `coordinator` command: the only place that wires a home for a person at a terminal."""
