"""Pages of the accompaniment: visits, problems, candidates."""
