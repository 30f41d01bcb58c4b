"""The shares that requests hold open say for which organisation their people read, as reconciling them would."""

from django.db import migrations

FILL = """
UPDATE cases_share s SET organisation_id = expert.organisation_id
  FROM requests_consultrequest r JOIN accounts_membership expert ON expert.id = r.expert_id
 WHERE s.source_kind = 'request' AND s.source_id = r.id AND s.ended_at IS NULL AND s.organisation_id IS NULL;
UPDATE cases_share s SET organisation_id = deputy.organisation_id
  FROM requests_consultrequest r JOIN accounts_membership expert ON expert.id = r.expert_id
  JOIN accounts_membership deputy ON deputy.id = expert.deputy_id
 WHERE s.source_kind = 'deputy' AND s.source_id = r.id AND s.ended_at IS NULL AND s.organisation_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_organisation_of_share"), ("requests", "0014_touched_under_a_pseudonym")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
