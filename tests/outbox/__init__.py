"""What leaves after confirmation, and to whom."""
