"""Innovative and strategic emerging clusters: programmes, firms, statistics, projects, key enterprises."""
