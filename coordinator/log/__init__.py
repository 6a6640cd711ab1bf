"""The truth: an append-only, hash-chained log of decisions, and how every reader reads it."""
