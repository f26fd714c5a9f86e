"""The Celery application. A message carries only the id of a job; PostgreSQL holds the job itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("lianchuang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
