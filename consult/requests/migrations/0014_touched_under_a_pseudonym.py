"""A request under a pseudonym is not touched for ever because its clinical details name the patient.

What is kept of these is then not what stands in the case, so a digest of what was sent is kept beside it (record.as_sent).
Who kept the same words or the same digest is not touched (since_sent.stands asks the same).
"""

from django.db import migrations

BY_DIGEST = """
CREATE OR REPLACE FUNCTION requests_touched(
    request requests_consultrequest, "case" cases_case, patient cases_patient)
  RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (request.case_version, request.patient_version) IS DISTINCT FROM ("case".identity_version, patient.version)
      OR request.as_sent ->> 'history' IS DISTINCT FROM "case".history
         AND request.as_sent ->> 'history_digest' IS DISTINCT FROM encode(sha256(convert_to(
               request.id || ':' || "case".patient_id || ':' || "case".history, 'UTF8')), 'hex')
$$;
"""
BY_TEXT = """
CREATE OR REPLACE FUNCTION requests_touched(
    request requests_consultrequest, "case" cases_case, patient cases_patient)
  RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (request.case_version, request.patient_version, request.as_sent ->> 'history')
         IS DISTINCT FROM ("case".identity_version, patient.version, "case".history)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0013_by_status")]
    operations = [migrations.RunSQL(BY_DIGEST, BY_TEXT)]
