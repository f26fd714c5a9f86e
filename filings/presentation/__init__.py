"""View models: what a template shows, gathered once, without decisions."""
