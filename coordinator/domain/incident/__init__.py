"""An incident from the first report to the review: correlated, graded, promised, restored."""
