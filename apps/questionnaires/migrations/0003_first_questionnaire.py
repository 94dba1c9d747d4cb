"""Put the questionnaire that comes with the portal on everybody's shelf.

A later edition is another data file and another migration that adds a version.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import yaml
from django.db import migrations

FILE = Path(__file__).parents[1] / "data" / "hipaa_vendor_security.yaml"
TEMPLATE = UUID("019aabf0-0000-7000-8000-000000000001")
VERSION = UUID("019aabf0-0000-7000-8000-000000000002")
PUBLISHED_AT = datetime(2026, 11, 25, tzinfo=UTC)


def ship(apps, schema_editor):
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content = {"sections": data["sections"], "questions": data["questions"]}
    canonical = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    template = apps.get_model("questionnaires", "Template").objects.using(
        schema_editor.connection.alias
    )
    template.create(id=TEMPLATE, code=data["code"], title=data["title"])
    apps.get_model("questionnaires", "TemplateVersion").objects.using(
        schema_editor.connection.alias
    ).create(
        id=VERSION,
        template_id=TEMPLATE,
        number=1,
        label=data["label"],
        intro=data["intro"],
        content=content,
        content_sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        source="shipped",
        published_at=PUBLISHED_AT,
    )


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0002_frozen_content")]

    # Not undone: an assignment may hold on to it, and a published version stays.
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
