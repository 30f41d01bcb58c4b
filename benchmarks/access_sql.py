"""The rows of the access benchmark as SQL: everything follows from a number, so that no statement reads another's rows.

Case `n` of `N` was received in equal steps over five years; request `r` is about a case; a person `p` works in
laboratory `p % labs`, in the place `p / labs` there. What is drawn (organ, priority, expert) is drawn by a hash of the
number: the same numbers give the same world everywhere.
"""

from __future__ import annotations

YEARS = 5
HOME_HEAVY, POWER, HEAVY = 0, 1, (2, 3, 4, 5, 6)  # laboratories; HEAVY's are taken modulo their number
EXPERT = 1  # the place of the person with many grants in such a laboratory

# What the functions below mean by a number: `salt` keeps two draws about one number apart.
FUNCTIONS = """
CREATE SCHEMA bench;
CREATE FUNCTION bench.now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT '{now}'::timestamptz $$;
CREATE FUNCTION bench.pick(n bigint, salt int, size bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (hashint8extended(n, salt) & 9223372036854775807) % size $$;
CREATE FUNCTION bench.one_of(n bigint, salt int, words text[]) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT words[1 + bench.pick(n, salt, cardinality(words))] $$;
CREATE FUNCTION bench.key(at timestamptz, kind int, n bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
             || '8' || lpad(to_hex(n), 15, '0'))::uuid $$;
CREATE FUNCTION bench.fixed(kind int, n bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.key('2020-01-01Z', kind, n) $$;
CREATE FUNCTION bench.lab(n bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.fixed(1, n) $$;
CREATE FUNCTION bench.person(p bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.fixed(2, p) $$;
CREATE FUNCTION bench.member(p bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.fixed(3, p) $$;
CREATE FUNCTION bench.received(n bigint) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.now() - interval '11 days' - make_interval(secs => ({cases} - n) * {step}) $$;
CREATE FUNCTION bench.lab_of(n bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN (n / 2) % 8 = 0 THEN {home_heavy} ELSE bench.pick(n / 2, 1, {labs}) END $$;
CREATE FUNCTION bench.case_(n bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.key(bench.received(n), 10, n) $$;
CREATE FUNCTION bench.patient(n bigint) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.key(bench.received(n - n % 2), 11, n / 2) $$;
CREATE FUNCTION bench.slide(n bigint, k int) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.key(bench.received(n), 14, n * 3 + k) $$;
CREATE FUNCTION bench.organ(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (ARRAY[{organs}])[1 + floor({organ_count} * power(bench.pick(n, 2, 1000) / 1000.0, 2))::int] $$;
CREATE FUNCTION bench.priority(n bigint, salt int) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT (ARRAY['frozen', 'same_day', 'urgent', 'pathway', 'routine', 'deferred'])
            [1 + width_bucket(bench.pick(n, salt, 1000), ARRAY[2, 10, 80, 200, 980]::bigint[])] $$;
CREATE FUNCTION bench.status(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN n > {cases} * 0.92 AND bench.pick(n, 4, 10) < 7 OR bench.pick(n, 5, 100) = 0
                 THEN 'open' ELSE 'closed' END $$;
CREATE FUNCTION bench.family(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.one_of(n / 2, 6, ARRAY['Jansen', 'Dubois', 'Nilsson', 'Smith', 'Bakker', 'Peeters', 'Lind'])
            || bench.one_of(n / 2, 7, ARRAY['', '', 'ova', 'stra', 'huis', 'berg', 'dal', 'mont'])
            || CASE WHEN bench.pick(n / 2, 8, 3) = 0 THEN '' ELSE translate(to_hex(bench.pick(n / 2, 9, {names})),
               '0123456789', 'ghijklmnop') END $$;
CREATE FUNCTION bench.given(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT bench.one_of(n / 2, 10, ARRAY['Anna', 'Pieter', 'Eva', 'Karel', 'Marie', 'Lars', 'Ingrid', 'Jean']) $$;
CREATE FUNCTION bench.history(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT concat_ws(' ', bench.one_of(n, 11, ARRAY['Scar', 'Nodule', 'Polyp', 'Mass', 'Ulcer', 'Oedema']), 'of the',
                      bench.one_of(n, 12, ARRAY['left', 'right', 'upper', 'lower', 'distal', 'proximal']),
                      bench.one_of(n, 13, ARRAY['arm', 'leg', 'back', 'breast', 'colon', 'lung', 'neck', 'scalp']),
                      'for', bench.one_of(n, 14, ARRAY['two', 'three', 'six', 'nine']), 'months') $$;
CREATE FUNCTION bench.question(r bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT 'Which ' || bench.one_of(r, 34, ARRAY['tumour', 'grade', 'subtype', 'margin']) || ' is it' $$;
CREATE FUNCTION bench.diagnosis(r bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT concat_ws(' ', bench.one_of(r, 35, ARRAY['Carcinoma', 'Naevus', 'Lymphoma', 'Sarcoma', 'Melanoma']),
                      bench.one_of(r, 36, ARRAY['grade one', 'grade two', 'grade three', 'of low risk', 'of no risk']),
                      'with clear edges') $$;
CREATE FUNCTION bench.accession(n bigint) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT 'T' || to_char(bench.received(n), 'YY') || '-' || lpad(n::text, 7, '0') $$;
"""

# One pathologist in ten places is six; the seventh is a trainee.
ROLES = (*["pathologist"] * 6, "trainee", "lab_staff", "secretary", "lab_admin")

# Who asks what of whom. Every fifth request goes to the person with the most, every fifth to one of five others; one
# in ten is older than a year, so that its share has run out; two in a hundred are drafts.
PLAN = """
CREATE UNLOGGED TABLE bench.plan AS
WITH drawn AS (
  SELECT r, bench.pick(r, 24, 1000) AS s,
         CASE WHEN bench.pick(r, 20, 10) = 0 THEN bench.pick(r, 21, {cases} * 78 / 100)
              ELSE {cases} - 1 - bench.pick(r, 22, {cases} * 19 / 100) END AS n,
         CASE r % 5 WHEN 0 THEN {power} WHEN 1 THEN ({heavy})[1 + r / 5 % {heavies}]
              ELSE bench.pick(r, 25, {labs}) + {labs} * bench.place(bench.pick(r, 26, {places} * 6 / 10)) END AS expert
    FROM generate_series(0, {requests} - 1) AS r),
stated AS (
  SELECT *, bench.lab_of(n) AS lab,
         bench.received(n) + make_interval(hours => (1 + bench.pick(r, 27, 48))::int) AS created,
         CASE WHEN s < 15 THEN 'draft' WHEN s < 20 THEN 'discarded' WHEN s < 140 THEN 'sent' WHEN s < 180 THEN 'asked'
              WHEN s < 320 THEN 'accepted' WHEN s < 370 THEN 'waiting' WHEN s < 620 THEN 'answered'
              WHEN s < 870 THEN 'acknowledged' WHEN s < 955 THEN 'closed' WHEN s < 980 THEN 'declined'
              ELSE 'withdrawn' END AS status,
         CASE WHEN bench.pick(r, 28, 4) = 0 THEN 0 ELSE bench.place(bench.pick(r, 29, {places} * 6 / 10)) END AS place
    FROM drawn),
named AS (SELECT *, lab + {labs} * CASE WHEN lab + {labs} * place = expert THEN 6 ELSE place END AS requester
            FROM stated)
SELECT r, n, lab, requester, expert, status, created, expert % {labs} AS answering,
       bench.key(created, 20, r) AS id, bench.case_(n) AS case_id, created + interval '1 hour' AS sent,
       status IN ('sent', 'asked', 'accepted', 'waiting') AS is_open,
       status NOT IN ('draft', 'discarded') AS is_sent,
       status IN ('sent', 'asked', 'accepted', 'waiting', 'answered', 'acknowledged') AS is_shared,
       status IN ('accepted', 'waiting', 'answered', 'acknowledged', 'closed') AS is_taken_up,
       status IN ('answered', 'acknowledged', 'closed') AS is_answered,
       status IN ('closed', 'declined', 'withdrawn', 'discarded') AS is_ended,
       bench.pick(r, 30, 100) < 8 AS is_hidden, bench.pick(r, 31, 100) < 55 AS shares_report,
       bench.priority(r, 32) AS priority, (1 + bench.pick(r, 33, 3))::int AS slides
  FROM named ORDER BY created;
CREATE INDEX ON bench.plan (case_id);
ANALYZE bench.plan;
"""
PLACE = """
CREATE FUNCTION bench.place(j bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT j / 6 * 10 + j % 6 $$;
CREATE FUNCTION bench.deputy(p bigint) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT p % {labs} + {labs} * CASE WHEN p / {labs} % 10 = 5 THEN p / {labs} - 5 ELSE p / {labs} + 1 END $$;
-- Away now: the person with the most, and one in 25; away later, so that a grant is not yet valid: one in 25 others.
CREATE FUNCTION bench.away(p bigint) RETURNS tstzrange LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT CASE WHEN p / {labs} % 10 > 5 THEN NULL
                 WHEN p = {power} OR bench.pick(p, 40, 25) = 0
                 THEN tstzrange(bench.now() - interval '3 days', bench.now() + interval '60 days')
                 WHEN bench.pick(p, 40, 25) = 1
                 THEN tstzrange(bench.now() + interval '90 days', bench.now() + interval '99 days')
            END $$;
"""

# The record of a sent request: what consult.requests.record.as_sent keeps, with and without who the patient is.
PSEUDONYM = """
CREATE FUNCTION bench.pseudonym(request uuid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT 'P-' || string_agg(substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 1 + (bits >> at & 31)::int, 1), ''
                               ORDER BY -at)
       FROM (SELECT ('x' || left(encode(sha256(convert_to('pseudonym:' || request, 'UTF8')), 'hex'), 8))::bit(32)
                    ::bigint AS bits) AS digest, unnest(ARRAY[27, 22, 17, 12, 7, 2]) AS at $$;
"""
AS_SENT = """jsonb_build_object(
  'organ_system', bench.organ(n), 'priority', priority, 'language', 'en', 'history', bench.history(n),
  'received_year', extract(year FROM bench.received(n)),
  'slides', (SELECT jsonb_agg(jsonb_build_object('id', bench.slide(n, k), 'label', 'A1-' || k, 'part', 'A',
     'part_type', 'excision', 'site', '', 'block', 'A1', 'stain', 'HE', 'level', '', 'sha256', repeat('0', 64)))
     FROM generate_series(0, slides - 1) AS k))
  || CASE WHEN is_hidden THEN jsonb_build_object('accession_number', '', 'received_at', '', 'patient',
    jsonb_build_object('id', repeat('0', 64), 'pseudonym', bench.pseudonym(id), 'family_name', '', 'given_name', '',
      'used_name', '', 'birth_family_name', '', 'sex', 'F', 'birth', '[1958, null, null]'::jsonb,
      'identifiers', '[]'::jsonb))
  ELSE jsonb_build_object('accession_number', bench.accession(n), 'received_at', bench.received(n), 'patient',
    jsonb_build_object('id', bench.patient(n), 'pseudonym', '', 'family_name', bench.family(n), 'given_name',
      bench.given(n), 'used_name', '', 'birth_family_name', '', 'sex', 'F', 'birth', '[1958, 4, 12]'::jsonb,
      'identifiers', jsonb_build_array(jsonb_build_array('LOCAL', 'L' || n / 2, false)))) END"""

# The shares that consult.requests.shares states, and which of them have been ended since.
SHARES = """
CREATE UNLOGGED TABLE bench.share AS
SELECT bench.key(sent, 30, r) AS id, 'request' AS kind, r, id AS request, case_id, n, expert AS person, slides,
       is_hidden, shares_report, sent AS starts, sent + interval '365 days' AS ends,
       CASE WHEN is_ended THEN sent + interval '9 days' END AS ended
  FROM bench.plan WHERE is_sent
UNION ALL
SELECT bench.key(sent, 31, r), 'deputy', r, id, case_id, n, bench.deputy(expert), slides, is_hidden, shares_report,
       greatest(sent, lower(bench.away(expert))), least(sent + interval '365 days', upper(bench.away(expert))), NULL
  FROM bench.plan
 WHERE is_open AND bench.away(expert) IS NOT NULL
   AND greatest(sent, lower(bench.away(expert))) < least(sent + interval '365 days', upper(bench.away(expert)))
   AND sent + interval '365 days' > bench.now()
   AND NOT EXISTS (SELECT FROM bench.plan AS other
                    WHERE other.case_id = plan.case_id AND other.is_shared AND other.is_hidden <> plan.is_hidden
                      AND other.expert = bench.deputy(plan.expert))
   -- Nobody stands in under a pseudonym who knows the patient: at home, or by a share that has ever begun.
   AND NOT (is_hidden AND (lab = answering OR EXISTS (
         SELECT FROM bench.plan AS other
          WHERE other.case_id = plan.case_id AND other.is_sent AND NOT other.is_hidden
            AND (other.expert = bench.deputy(plan.expert)
                 OR other.is_open AND bench.away(other.expert) @> bench.now()
                    AND bench.deputy(other.expert) = bench.deputy(plan.expert)))));
CREATE INDEX ON bench.share (request);
ANALYZE bench.share;
"""
