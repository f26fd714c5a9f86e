"""How it is told: plain data for pages and API."""
