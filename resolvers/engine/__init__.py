"""The engine of the graph: how a document becomes statements, verbs and streams."""
