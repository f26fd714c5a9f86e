"""Pages of officers, division heads, district bureaus and auditors."""
