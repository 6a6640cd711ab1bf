"""The one-machine home: everything wired together, nothing else needed."""
