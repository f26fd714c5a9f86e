"""Verbs. Keyword-only, an actor always, errors of core.errors, one audit entry per act."""
