"""The sections of a report, each a function from the context to its blocks."""
