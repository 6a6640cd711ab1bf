"""Programs that check and write what stands beside the code."""
