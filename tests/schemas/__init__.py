"""The words: bounded, strict, and readable for ever."""
