"""Shape of what comes in; the rules are in services."""
