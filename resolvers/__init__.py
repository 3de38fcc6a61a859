"""The graph: what a client sees, and how a selection becomes one statement."""
