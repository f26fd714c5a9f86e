"""How records, lists and numbers are told: plain data for pages, workbooks and the API."""
