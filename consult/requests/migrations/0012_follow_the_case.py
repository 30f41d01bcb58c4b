"""Two columns of a request follow its case, so that the lists need not read it: organ system, and whether it was touched.

One function says when a request was touched: patient, case or clinical details are not those it was sent with. Rows of
cases are locked before those of requests by whoever writes to both, here too.
"""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION requests_touched(request requests_consultrequest, "case" cases_case, patient cases_patient)
  RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (request.case_version, request.patient_version, request.as_sent ->> 'history')
         IS DISTINCT FROM ("case".identity_version, patient.version, "case".history)
$$;

CREATE FUNCTION requests_look_at_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT c.organ_system, requests_touched(NEW, c, p) INTO NEW.organ_system, NEW.is_touched
    FROM cases_case c JOIN cases_patient p ON p.id = c.patient_id WHERE c.id = NEW.case_id;
  RETURN NEW;
END $$;
CREATE TRIGGER requests_look_at_case
  BEFORE INSERT OR UPDATE OF case_id, case_version, patient_version, as_sent, organ_system, is_touched
  ON requests_consultrequest FOR EACH ROW EXECUTE FUNCTION requests_look_at_case();

CREATE FUNCTION requests_follow_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE requests_consultrequest SET organ_system = organ_system WHERE case_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER requests_follow_case AFTER UPDATE OF patient_id, identity_version, history, organ_system ON cases_case
  FOR EACH ROW WHEN ((OLD.patient_id, OLD.identity_version, OLD.history, OLD.organ_system)
                     IS DISTINCT FROM (NEW.patient_id, NEW.identity_version, NEW.history, NEW.organ_system))
  EXECUTE FUNCTION requests_follow_case();

CREATE FUNCTION requests_follow_patient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE requests_consultrequest SET organ_system = organ_system
   WHERE case_id IN (SELECT id FROM cases_case WHERE patient_id = NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER requests_follow_patient AFTER UPDATE OF version ON cases_patient
  FOR EACH ROW WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION requests_follow_patient();

UPDATE requests_consultrequest SET organ_system = organ_system;
"""
GONE = """
DROP TRIGGER requests_follow_patient ON cases_patient;
DROP TRIGGER requests_follow_case ON cases_case;
DROP TRIGGER requests_look_at_case ON requests_consultrequest;
DROP FUNCTION requests_follow_patient();
DROP FUNCTION requests_follow_case();
DROP FUNCTION requests_look_at_case();
DROP FUNCTION requests_touched(requests_consultrequest, cases_case, cases_patient);
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0011_filters_in_the_indexes"), ("cases", "0009_filters_in_the_indexes")]
    operations = [migrations.RunSQL(FOLLOW, GONE)]
