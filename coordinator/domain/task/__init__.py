"""A task with a deadline: rush building, moving a line, support."""
