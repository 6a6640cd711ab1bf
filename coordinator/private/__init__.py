"""What belongs to people: names, phones. Beside the log, never on it, erasable person by person."""
