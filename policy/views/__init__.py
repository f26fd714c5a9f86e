"""Pages of the policy library: open to everybody to read, to two members of staff to change."""
