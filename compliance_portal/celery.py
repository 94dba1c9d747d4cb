"""The Celery application. Beat's schedule is code: rooms register in ``tasks``."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance_portal.settings")

app = Celery("compliance_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "audit-deliver": {"task": "audit.sweep_deliveries", "schedule": 60.0},
    "workforce-imports": {"task": "workforce.sweep_imports", "schedule": 60.0},
    "training-imports": {"task": "training.sweep_imports", "schedule": 60.0},
    # Sending times are local: a pass a quarter of an hour is on time in every zone.
    "reminders-sweep": {"task": "reminders.sweep", "schedule": 900.0},
    "notifications-send": {"task": "notifications.sweep_outbox", "schedule": 60.0},
    "incidents-escalate": {"task": "incidents.escalate", "schedule": 3600.0},
    # Nightly ones by the clock (UTC): counted from the last start of the scheduler,
    # a portal that is restarted every day would never come to them.
    "drift-sweep": {"task": "drift.sweep", "schedule": crontab(hour=1, minute=10)},
    # Every hour some client's day ends and its agreements may end with it.
    "gate-sweep": {"task": "gate.sweep", "schedule": 3600.0},
    "access-sweep": {"task": "access_reviews.sweep", "schedule": 300.0},
    "evidence-scan": {"task": "evidence.scan_waiting", "schedule": 300.0},
    "questionnaires-rounds": {
        "task": "questionnaires.open_rounds",
        "schedule": crontab(hour=2, minute=10),
    },
    "agreements-papers": {"task": "agreements.sweep_papers", "schedule": 600.0},
    "agreements-returns": {"task": "agreements.sweep_returns", "schedule": 3600.0},
    "evidence-orphans": {
        "task": "evidence.sweep_orphans",
        "schedule": crontab(hour=3, minute=10),
    },
}
