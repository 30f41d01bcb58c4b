"""The record's rows say whose case they are about: who owns it, and who the patient is where the writer did not know.

The owner laboratory sees by it what others did with its cases (accounts.policy.visible_audit).
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_owner_in_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lab uuid;
  known uuid;
BEGIN
  IF NEW.owner IS NULL AND NEW."case" IS NOT NULL THEN
    SELECT organisation_id, patient_id INTO lab, known FROM cases_case WHERE id = NEW."case";
    NEW.owner := lab;
    NEW.patient := coalesce(NEW.patient, known);
  ELSIF NEW.owner IS NULL AND NEW.patient IS NOT NULL THEN
    SELECT organisation_id INTO lab FROM cases_patient WHERE id = NEW.patient;
    NEW.owner := lab;
  END IF;
  RETURN NEW;
END $$;
-- What was written before: the patient stays as it was sealed, the owner is no part of the older seals.
ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only;
UPDATE audit_auditevent e SET owner = c.organisation_id FROM cases_case c WHERE c.id = e."case";
UPDATE audit_auditevent e SET owner = p.organisation_id FROM cases_patient p WHERE p.id = e.patient AND e."case" IS NULL;
ALTER TABLE audit_auditevent ENABLE TRIGGER audit_append_only;
CREATE TRIGGER cases_owner_in_audit BEFORE INSERT ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION cases_owner_in_audit();
"""
GONE = """
DROP TRIGGER cases_owner_in_audit ON audit_auditevent;
DROP FUNCTION cases_owner_in_audit();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_retired_stains"), ("audit", "0005_partitions")]
    operations = [migrations.RunSQL(GUARD, GONE)]
