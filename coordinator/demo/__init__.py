"""A made-up province to try everything on: people, storm, and phones that answer."""
