"""Work on a line: who is at it, what has to be confirmed first, weather and fatigue."""
