"""What one member is asked to do, and how they answer."""
