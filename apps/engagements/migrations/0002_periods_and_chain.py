"""Periods that never overlap, and a chain without circles, whatever the way in."""

from django.db import migrations

# A range over uuid gives equality to GiST without an extension.
RANGE_TYPE = "CREATE TYPE uuidrange AS RANGE (subtype = uuid)"

SCOPE_PERIODS = """
ALTER TABLE engagements_declaredscope ADD CONSTRAINT declared_scope_no_overlap
EXCLUDE USING gist (
    uuidrange(engagement_id, engagement_id, '[]') WITH &&,
    daterange(effective_on, superseded_on, '[)') WITH &&
)
"""

EDGE_PERIODS = """
ALTER TABLE engagements_subcontract ADD CONSTRAINT subcontract_no_overlap
EXCLUDE USING gist (
    uuidrange(upstream_id, upstream_id, '[]') WITH &&,
    uuidrange(downstream_id, downstream_id, '[]') WITH &&,
    daterange(effective_on, ended_on, '[]') WITH &&
) WHERE (refused_on IS NULL)
"""

# Edges are judged one at a time (advisory lock); only those whose periods meet the
# new one count. ``levels`` is edges above + this one + edges below.
FUNCTION = """
CREATE FUNCTION engagements_check_subcontract() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    period daterange := daterange(NEW.effective_on, NEW.ended_on, '[]');
    provider uuid;
    client uuid;
    has_cycle boolean;
    levels integer;
BEGIN
    IF NEW.refused_on IS NOT NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('engagements_subcontract'));
    SELECT e.provider_id INTO provider FROM engagements_engagement e
        WHERE e.id = NEW.upstream_id;
    SELECT e.client_id INTO client FROM engagements_engagement e
        WHERE e.id = NEW.downstream_id;
    IF provider IS DISTINCT FROM client THEN
        RAISE EXCEPTION 'the provider upstream is not the client downstream'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_parties_meet';
    END IF;
    WITH RECURSIVE below(engagement_id, depth) AS (
        SELECT NEW.downstream_id, 0
        UNION
        SELECT s.downstream_id, b.depth + 1
        FROM engagements_subcontract s JOIN below b ON s.upstream_id = b.engagement_id
        WHERE s.refused_on IS NULL AND s.id <> NEW.id AND b.depth < 8
            AND daterange(s.effective_on, s.ended_on, '[]') && period
    ), above(engagement_id, depth) AS (
        SELECT NEW.upstream_id, 0
        UNION
        SELECT s.upstream_id, a.depth + 1
        FROM engagements_subcontract s JOIN above a ON s.downstream_id = a.engagement_id
        WHERE s.refused_on IS NULL AND s.id <> NEW.id AND a.depth < 8
            AND daterange(s.effective_on, s.ended_on, '[]') && period
    )
    SELECT
        EXISTS (SELECT 1 FROM below WHERE engagement_id = NEW.upstream_id),
        (SELECT max(depth) FROM below) + (SELECT max(depth) FROM above) + 1
    INTO has_cycle, levels;
    IF has_cycle THEN
        RAISE EXCEPTION 'the subcontract closes a circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_no_cycle';
    END IF;
    IF levels > 6 THEN
        RAISE EXCEPTION 'the chain would have % levels', levels
            USING ERRCODE = 'check_violation', CONSTRAINT = 'subcontract_depth';
    END IF;
    RETURN NEW;
END $$
"""

TRIGGER = """
CREATE TRIGGER check_subcontract
BEFORE INSERT OR UPDATE OF upstream_id, downstream_id, effective_on, ended_on, refused_on
ON engagements_subcontract
FOR EACH ROW EXECUTE FUNCTION engagements_check_subcontract()
"""


class Migration(migrations.Migration):
    dependencies = [("engagements", "0001_engagements")]

    operations = [
        migrations.RunSQL(RANGE_TYPE, "DROP TYPE uuidrange"),
        migrations.RunSQL(
            SCOPE_PERIODS,
            "ALTER TABLE engagements_declaredscope "
            "DROP CONSTRAINT declared_scope_no_overlap",
        ),
        migrations.RunSQL(
            EDGE_PERIODS,
            "ALTER TABLE engagements_subcontract DROP CONSTRAINT subcontract_no_overlap",
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION engagements_check_subcontract()"),
        migrations.RunSQL(
            TRIGGER, "DROP TRIGGER check_subcontract ON engagements_subcontract"
        ),
    ]
