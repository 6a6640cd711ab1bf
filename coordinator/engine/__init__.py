"""Owning a jurisdiction: take signals, decide, append, fold what was accepted, tell followers."""
