"""Menu entries of this app."""


def register() -> None:
    """Filled once the registry of core is there."""
