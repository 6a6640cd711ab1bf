"""What belongs to people."""
