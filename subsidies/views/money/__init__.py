"""Pages of budgets and payments."""
