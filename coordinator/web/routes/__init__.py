"""The HTTP API, one file per kind of thing asked for."""
