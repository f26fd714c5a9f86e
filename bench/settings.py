"""The tests' settings on throw-away servers, with connections and cached rows kept as a server keeps them."""

from config.settings.test import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
CACHED_ROW_SECONDS = 1.0
DATABASES["default"]["CONN_MAX_AGE"] = None  # noqa: F405
# A parallel plan would hide its work from the backend whose seconds are counted.
DATABASES["default"]["OPTIONS"]["options"] = "-c max_parallel_workers_per_gather=0"  # noqa: F405
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
