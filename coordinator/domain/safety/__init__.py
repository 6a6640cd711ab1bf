"""What protects whoever works: the weather, the hours, and what is set aside for a while."""
