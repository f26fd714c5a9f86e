"""Is a file what its name says, and harmless?  Runs in a limited child; no Django, no text for people."""
