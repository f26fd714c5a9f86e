"""API for everybody: register, notices, verification."""
