"""Calls about clusters."""
