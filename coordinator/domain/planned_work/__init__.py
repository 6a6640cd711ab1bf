"""Planned work on circuits: its conflicts with guarded power, and the notices of its outages."""
