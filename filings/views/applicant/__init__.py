"""Pages of applicants and member units."""
