"""The consoles in a real browser."""
