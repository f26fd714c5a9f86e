"""One programme for each platform type, built from its row in the catalogue and its traits."""
