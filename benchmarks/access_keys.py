"""The keys of the search for the access benchmark's world, as SQL: what `rows_of_...` of the rooms state.

The words of this world are plain and name nobody, so that no word of a text is cut for readers under a pseudonym;
`disagreements` compares a sample with what the rooms state.
"""

from __future__ import annotations

FUNCTIONS = """
CREATE FUNCTION bench.identity(n bigint) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT ARRAY[lower(bench.family(n)), lower(bench.given(n)), '#L' || n / 2, '=' || bench.accession(n)] $$;
CREATE FUNCTION bench.words(text text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT string_to_array(lower(text), ' ') $$;
CREATE FUNCTION bench.once(keys text[]) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE ROWS 12 AS
  $$ SELECT DISTINCT unnest(keys) $$;
CREATE FUNCTION bench.rank(at timestamptz) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT -(extract(epoch FROM at) * 1000000)::bigint $$;
"""

# Who was given a case, and whether they may know who the patient is.
READERS = """
CREATE UNLOGGED TABLE bench.reader AS
SELECT n, person, bool_or(NOT is_hidden) AS knows FROM bench.share WHERE ended IS NULL GROUP BY n, person;
CREATE INDEX ON bench.reader (n, person);
ANALYZE bench.reader;
CREATE UNLOGGED TABLE bench.asked AS
SELECT *, numbers || CASE WHEN is_told THEN words ELSE '{}' END AS told, numbers || words AS said FROM (
  SELECT *, bench.words(bench.question(r)) AS words, ARRAY['=C-' || r]
            || CASE WHEN is_hidden THEN ARRAY['=' || bench.pseudonym(id)] ELSE '{}' END
            || CASE WHEN is_answered THEN ARRAY['=CR-' || r] ELSE '{}' END AS numbers,
         is_answered OR lab = answering
            OR EXISTS (SELECT FROM bench.share WHERE share.request = plan.id AND ended IS NULL) AS is_told
    FROM bench.plan WHERE status <> 'discarded') AS asked;
"""

KEYS = (
    """SELECT 'patient', bench.lab(bench.lab_of(n)), key, bench.rank(bench.received(n)),
              bench.patient(n), bench.patient(n)
         FROM generate_series(0, {cases} - 1, 2) AS n, unnest((bench.identity(n))[1:3]) AS key""",
    """SELECT 'case', bench.lab(bench.lab_of(n)), key, bench.rank(bench.received(n)), bench.case_(n), bench.case_(n)
         FROM generate_series(0, {cases} - 1) AS n,
              bench.once(bench.identity(n) || bench.words(bench.history(n))) AS key""",
    """SELECT 'case', bench.person(person), key, bench.rank(bench.received(n)), bench.case_(n), bench.case_(n)
         FROM bench.reader,
              bench.once(CASE WHEN knows THEN bench.identity(n) ELSE '{{}}' END || bench.words(bench.history(n)))
              AS key""",
    # What is withheld from who answers leaves its numbers alone (consult.requests.policy.is_withheld).
    # Of the laboratory that asks, or of who writes the draft; a laboratory that asks itself keeps what was sent.
    """SELECT 'request', CASE WHEN is_sent THEN bench.lab(lab) ELSE bench.person(requester) END, key,
              bench.rank(created), id, case_id
         FROM bench.asked, bench.once(bench.identity(n) || said) AS key WHERE NOT (is_taken_up AND lab = answering)""",
    """SELECT 'request', bench.lab(answering), key, bench.rank(created), id, case_id
         FROM bench.asked,
              bench.once(CASE WHEN is_told AND NOT is_hidden THEN bench.identity(n) ELSE '{{}}' END || told) AS key
        WHERE is_taken_up""",
    """SELECT 'request', bench.person(p), key, bench.rank(created), id, case_id
         FROM bench.asked CROSS JOIN LATERAL (SELECT expert AS p UNION
                SELECT person FROM bench.share WHERE share.request = asked.id AND ended IS NULL) AS people
         LEFT JOIN bench.reader ON reader.n = asked.n AND reader.person = p,
         bench.once(CASE WHEN is_told AND NOT is_hidden OR knows THEN bench.identity(asked.n) ELSE '{{}}' END || told)
         AS key
        WHERE is_sent""",
    """SELECT 'report', bench.lab(l), key, bench.rank(sent + interval '1 day'), bench.key(created, 21, r), case_id
         FROM bench.asked CROSS JOIN LATERAL (SELECT lab AS l UNION SELECT answering) AS labs,
              bench.once(bench.words(bench.diagnosis(r))) AS key
        WHERE is_answered""",
)
