"""The test suite: the demo's settings on throw-away servers, faster hashes, plain static files."""

from config.settings.base import *  # noqa: F403

DEMO = True
CLOCK_MAY_MOVE = True
CACHED_ROW_SECONDS = 0.0
STAFF_SECOND_FACTOR = False
SECRET_KEY = "test-only-not-a-secret-test-only-not-a-secret-test-only"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]

# One round is enough to test that passwords work.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
