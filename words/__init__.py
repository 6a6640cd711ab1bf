"""The words for what the coordinator says and shows: one catalogue for each language."""
