"""Periodic performance evaluations: schemes, rounds, scoring, consequences, reports."""
