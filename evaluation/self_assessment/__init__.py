"""绩效自评: the unit's own report in a round, a filing tailored to the scheme."""
