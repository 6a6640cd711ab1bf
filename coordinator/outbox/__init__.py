"""Effects: what must happen outside because of a decision, after it is confirmed."""
