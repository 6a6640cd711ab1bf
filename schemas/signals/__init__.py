"""What came in and is not yet decided; one file per concept."""
