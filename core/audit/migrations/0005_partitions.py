"""The record lies in one table a month; whose case a row is about; rows whose time is over may go, on record.

PostgreSQL wants the column by which a table is parted in every unique key, so the table's key is (id, at): keys made by
the application (UUID version 7) are unique by themselves, and `verify_audit` looks for doubles.
"""

from django.db import migrations, models

import core.ids

PARTITIONS = """
ALTER TABLE audit_auditevent RENAME TO audit_auditevent_whole;
ALTER TABLE audit_auditevent_whole DROP CONSTRAINT audit_auditevent_pkey;
DROP INDEX audit_by_case, audit_by_patient, audit_by_person, audit_by_organisation, audit_by_transaction;
CREATE TABLE audit_auditevent (LIKE audit_auditevent_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  CONSTRAINT audit_auditevent_pkey PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX audit_by_case ON audit_auditevent ("case", at) WHERE "case" IS NOT NULL;
CREATE INDEX audit_by_patient ON audit_auditevent (patient, at) WHERE patient IS NOT NULL;
CREATE INDEX audit_by_person ON audit_auditevent (person, at);
CREATE INDEX audit_by_organisation ON audit_auditevent (organisation, at);
CREATE INDEX audit_by_transaction ON audit_auditevent (("transaction"::bigint));

-- One month, in UTC. False where it is there, or where the default holds rows of it (audit_sort_default sorts them).
CREATE FUNCTION audit_make_partition(month date) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  name text := 'audit_auditevent_' || to_char(month, 'YYYY_MM');
  grantee text;
BEGIN
  IF to_regclass(name) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE audit_auditevent INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
  EXECUTE format('CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
                 'EXECUTE FUNCTION refuse_change()', name);
  -- Rows come and go through the whole table alone.
  FOR grantee IN SELECT DISTINCT coalesce(r.rolname, 'public') FROM pg_class c, aclexplode(c.relacl) a
                   LEFT JOIN pg_roles r ON r.oid = a.grantee
                  WHERE c.oid = to_regclass(name) AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %s', name,
                   CASE grantee WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(grantee) END);
  END LOOP;
  -- Attached, not made as a part: writers do not have to wait for it.
  EXECUTE format('ALTER TABLE audit_auditevent ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                 month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
  RETURN true;
EXCEPTION WHEN check_violation THEN
  RETURN false;
END $$;
REVOKE EXECUTE ON FUNCTION audit_make_partition(date) FROM PUBLIC;

-- This month and the six that follow; how many were made. The application may call it and can make nothing else.
CREATE FUNCTION audit_partitions_ahead() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  first date := date_trunc('month', core_now() AT TIME ZONE 'UTC');
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(7302);
  FOR ahead IN 0..6 LOOP
    IF audit_make_partition((first + make_interval(months => ahead))::date) THEN
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

-- Rows of a month that had no partition lie in the default: give each its month. How many lay there. For the owner.
CREATE FUNCTION audit_sort_default() RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  month date;
  moved bigint := 0;
BEGIN
  IF to_regclass('audit_auditevent_default') IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM audit_auditevent_default) THEN
      RETURN 0;
    END IF;
    ALTER TABLE audit_auditevent DETACH PARTITION audit_auditevent_default;
    ALTER TABLE audit_auditevent_default RENAME TO audit_auditevent_whole;
  END IF;
  FOR month IN SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC')::date FROM audit_auditevent_whole LOOP
    PERFORM audit_make_partition(month);
  END LOOP;
  INSERT INTO audit_auditevent SELECT * FROM audit_auditevent_whole;
  GET DIAGNOSTICS moved = ROW_COUNT;
  DROP TABLE audit_auditevent_whole;
  CREATE TABLE audit_auditevent_default PARTITION OF audit_auditevent DEFAULT;
  CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditevent_default
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  RETURN moved;
END $$;
REVOKE EXECUTE ON FUNCTION audit_sort_default() FROM PUBLIC;

SELECT audit_sort_default();
SELECT audit_partitions_ahead();
"""

GUARD = """
-- A row goes when the time that its organisation set is over, and only on record: see core.audit.seal.retire.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.at < core_now() - interval '60 months'
     AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER')
     AND EXISTS (SELECT FROM audit_auditretired WHERE event = OLD.id)
  THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
RETIREMENTS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("audit_auditretirement", "audit_auditretired")
)

# What is retired is for the owner to say.
OWNERS = """
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT DISTINCT c.relname, a.grantee FROM pg_class c, aclexplode(c.relacl) a
                WHERE c.oid IN ('audit_auditretirement'::regclass, 'audit_auditretired'::regclass)
                  AND a.grantee NOT IN (c.relowner, 0)
  LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON %I FROM %I', given.relname, pg_get_userbyid(given.grantee));
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]

    operations = [
        migrations.CreateModel(
            name="AuditRetired",
            fields=[
                (
                    "event",
                    models.UUIDField(
                        editable=False, primary_key=True, serialize=False, verbose_name="key of the entry"
                    ),
                ),
                ("retirement", models.UUIDField(db_index=True, verbose_name="key of the retirement")),
            ],
            options={"verbose_name": "retired entry", "verbose_name_plural": "retired entries"},
        ),
        migrations.CreateModel(
            name="AuditRetirement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(verbose_name="time")),
                ("organisation", models.UUIDField(null=True, verbose_name="key of the organisation")),
                ("before", models.DateTimeField(verbose_name="entries before")),
                ("count", models.PositiveIntegerField(verbose_name="entries")),
                ("first_seal", models.PositiveBigIntegerField(verbose_name="first seal")),
                ("last_seal", models.PositiveBigIntegerField(verbose_name="last seal")),
                ("root", models.CharField(max_length=64, verbose_name="root of its entries")),
                ("signature", models.TextField(verbose_name="signature")),
            ],
            options={
                "verbose_name": "retirement of audit entries",
                "verbose_name_plural": "retirements of audit entries",
            },
        ),
        migrations.RunSQL(PARTITIONS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(RETIREMENTS, migrations.RunSQL.noop),
        migrations.RunSQL(OWNERS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="auditevent",
            name="owner",
            field=models.UUIDField(null=True, verbose_name="key of the laboratory whose case it is about"),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(("owner__isnull", False)), fields=["owner", "at"], name="audit_by_owner"
            ),
        ),
    ]
