"""What the public and the home pages read: nothing beyond the fields listed here leaves a case."""
