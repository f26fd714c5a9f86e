"""Login events of Django and allauth, turned into audit entries (not business flow)."""


def connect() -> None:
    """Called once from AppConfig.ready()."""
