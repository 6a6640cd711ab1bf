"""The rules. Pure: no clock, no randomness, no I/O; one concept per file."""
