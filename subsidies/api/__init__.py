"""API of the measures."""
