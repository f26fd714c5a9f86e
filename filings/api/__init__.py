"""API of the spine."""
