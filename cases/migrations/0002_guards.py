"""Copies on grants follow their case, a slide's case is its specimen's, and the history of grants only grows."""

from django.db import migrations

GUARD = """
CREATE FUNCTION cases_copy_to_grants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cases_casegrant
     SET received_at = NEW.received_at, status = NEW.status, priority = NEW.priority, organ_system = NEW.organ_system
   WHERE content_object_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER cases_copy_to_grants AFTER UPDATE OF received_at, status, priority, organ_system ON cases_case
  FOR EACH ROW WHEN ((OLD.received_at, OLD.status, OLD.priority, OLD.organ_system)
                     IS DISTINCT FROM (NEW.received_at, NEW.status, NEW.priority, NEW.organ_system))
  EXECUTE FUNCTION cases_copy_to_grants();

CREATE FUNCTION cases_slide_in_one_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.case_id <> (SELECT case_id FROM cases_specimen WHERE id = NEW.specimen_id)
     OR NEW.block_id IS NOT NULL AND NEW.specimen_id <> (SELECT specimen_id FROM cases_block WHERE id = NEW.block_id)
  THEN
    RAISE EXCEPTION 'a slide lies in the case of its specimen and block' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cases_slide_in_one_case BEFORE INSERT OR UPDATE OF case_id, specimen_id, block_id ON cases_slide
  FOR EACH ROW EXECUTE FUNCTION cases_slide_in_one_case();

CREATE TRIGGER cases_grant_history_only_grows BEFORE UPDATE OR DELETE ON cases_grantevent
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
GONE = """
DROP TRIGGER cases_grant_history_only_grows ON cases_grantevent;
DROP TRIGGER cases_slide_in_one_case ON cases_slide;
DROP FUNCTION cases_slide_in_one_case();
DROP TRIGGER cases_copy_to_grants ON cases_case;
DROP FUNCTION cases_copy_to_grants();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, GONE)]
