"""Verbs of the policy library: load the fixtures, propose a change, publish or reject it."""
