"""A version of a rule changes only by being superseded, what was recorded only by being ended; decisions never."""

from django.db import migrations

GUARD = """
CREATE FUNCTION basis_rule_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.country, NEW.organisation_id, NEW.number, NEW.preset, NEW.as_of, NEW.conditions, NEW.sources,
      NEW.reason, NEW.valid_from, NEW.made_at, NEW.made_by)
     IS DISTINCT FROM (OLD.id, OLD.country, OLD.organisation_id, OLD.number, OLD.preset, OLD.as_of, OLD.conditions,
      OLD.sources, OLD.reason, OLD.valid_from, OLD.made_at, OLD.made_by) OR OLD.status = 'superseded'
  THEN
    RAISE EXCEPTION 'a rule is not edited: state another version' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER basis_rule_stays BEFORE UPDATE ON basis_legalrule
  FOR EACH ROW EXECUTE FUNCTION basis_rule_stays();
CREATE TRIGGER basis_rule_is_kept BEFORE DELETE ON basis_legalrule
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER basis_confirmation_stays BEFORE UPDATE OR DELETE ON basis_ruleconfirmation
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER basis_decision_stays BEFORE UPDATE OR DELETE ON basis_sharingdecision
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION basis_fact_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.patient_id, NEW.case_id, NEW.kind, NEW.on_day, NEW.by_whom, NEW.how, NEW.reach, NEW.valid_from,
      NEW.valid_until, NEW.recorded_at, NEW.recorded_by)
     IS DISTINCT FROM (OLD.id, OLD.patient_id, OLD.case_id, OLD.kind, OLD.on_day, OLD.by_whom, OLD.how, OLD.reach,
      OLD.valid_from, OLD.valid_until, OLD.recorded_at, OLD.recorded_by) OR OLD.status = 'ended'
  THEN
    RAISE EXCEPTION 'what was recorded is not edited: end it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER basis_fact_stays BEFORE UPDATE ON basis_legalfact
  FOR EACH ROW EXECUTE FUNCTION basis_fact_stays();
CREATE TRIGGER basis_fact_is_kept BEFORE DELETE ON basis_legalfact
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
GONE = """
DROP TRIGGER basis_fact_is_kept ON basis_legalfact;
DROP TRIGGER basis_fact_stays ON basis_legalfact;
DROP FUNCTION basis_fact_stays();
DROP TRIGGER basis_decision_stays ON basis_sharingdecision;
DROP TRIGGER basis_confirmation_stays ON basis_ruleconfirmation;
DROP TRIGGER basis_rule_is_kept ON basis_legalrule;
DROP TRIGGER basis_rule_stays ON basis_legalrule;
DROP FUNCTION basis_rule_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("basis", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARD, GONE)]
