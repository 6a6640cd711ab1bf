"""The same log at another moment: what was known then, what became of an incident, a report."""
