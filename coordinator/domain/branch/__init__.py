"""A temporary branch: requested, approved, its posts and its records."""
