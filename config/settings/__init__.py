"""Settings modules: base (shared), accounts (logins), demo, test, production."""
