"""Escalation: a ladder of steps, taken until somebody takes it on, and never in silence."""
