"""The evidence pack (审计包): everything of one case in a zip that a script verifies offline."""
