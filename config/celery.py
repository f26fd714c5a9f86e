"""The Celery application. A message carries only the id of a job; PostgreSQL holds the job itself.

It names no settings of its own: this module is imported with the package, by everything.
"""

from celery import Celery

app = Celery("lianchuang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
