"""The coordinator in a world that tries to break it: one seed, one history, no real I/O."""
