"""The tests; one folder per question."""
