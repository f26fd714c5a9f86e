"""Bulk synthetic data for measurements: `manage.py seed_scale`. Demo and test settings only."""
