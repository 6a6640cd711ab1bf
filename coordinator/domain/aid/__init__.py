"""Mutual aid: a conversation of signals between two jurisdictions, with no shared state."""
