"""Pages of review experts."""
