"""Postings to communities, wards, and the whistle by which a community calls."""
