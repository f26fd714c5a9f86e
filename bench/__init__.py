"""Measurements beside peers: `./run bench`. See docs/benchmarks.md."""
