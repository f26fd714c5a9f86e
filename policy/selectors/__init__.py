"""What the library holds: `law` for the law of a day, `library` for its pages."""
