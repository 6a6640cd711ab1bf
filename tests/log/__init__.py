"""The log: bytes, chain, verification."""
