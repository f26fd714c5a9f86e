"""Views of the API: find, ask, one service, show."""
