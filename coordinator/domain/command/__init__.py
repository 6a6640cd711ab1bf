"""Who commands an incident, what the aims are, and whether everybody is accounted for."""
