"""Users, organisations, memberships, roles, districts; the role predicates every other app builds on."""
