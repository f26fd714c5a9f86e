"""Calls of the alliances app."""
