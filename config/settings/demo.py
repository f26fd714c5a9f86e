"""The demo: everything on one machine, a clock that may be moved, accounts whose password is public."""

from config.settings.base import *  # noqa: F403

DEMO = True
CLOCK_MAY_MOVE = True
STAFF_SECOND_FACTOR = False
# Not a secret: the demo's accounts and their password are printed on the screen.
SECRET_KEY = SECRET_KEY or "demo-only-not-a-secret-demo-only-not-a-secret-demo-only"  # noqa: F405
ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]  # noqa: F405

# Compressing what never leaves the machine would take half of the first start.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}  # noqa: F405
