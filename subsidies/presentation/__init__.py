"""Measures and quotes as plain data for pages and paper."""
