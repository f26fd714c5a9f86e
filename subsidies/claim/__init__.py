"""The programme `support_claim`: a claim of one measure, asked for by a unit."""
