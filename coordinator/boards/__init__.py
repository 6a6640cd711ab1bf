"""Followers that keep read models: one file per screen, named for the question it answers."""
