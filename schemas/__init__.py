"""The words: what crosses HTTP, a topic or the log. No behaviour, no I/O."""
