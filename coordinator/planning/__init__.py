"""Who should go: proposals with their reasons, off the hot path; the decider has the last word.

A called unit flows `pool` (who may go, and what removed the others) → `unit_problem` (one need over
that pool) → `one_unit` (proven) or `many_units` (all that wait at once) → `reasons` → a signal.
`planner` does that for a jurisdiction it follows; `process` runs it beside a home. `repair_order`
is a question of its own. Nothing here is called by a replay.
"""
