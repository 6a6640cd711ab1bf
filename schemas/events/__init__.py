"""What was decided. Past tense, stored for ever; one file per concept."""
