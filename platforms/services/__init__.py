"""What happens: verbs, one transaction each."""
