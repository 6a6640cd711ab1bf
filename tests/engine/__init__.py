"""Owning a jurisdiction: what is promised to senders, followers and the next owner."""
