"""Settings, routes and process entry points: the only package that sees every app."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
