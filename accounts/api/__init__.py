"""API of accounts: the base of every view, and tokens."""
