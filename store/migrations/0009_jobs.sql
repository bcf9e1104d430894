-- oldest reader: 2
--
-- Slips that are not printed by themselves any more: those nobody waits for, and those nobody can read. A program that
-- does not know these states prints the first, and stops at the second as it always has.

DROP INDEX jobs_due;
ALTER TABLE jobs RENAME TO jobs_before;
CREATE TABLE jobs (
  id      INTEGER PRIMARY KEY,
  record  INTEGER NOT NULL,
  part    INTEGER NOT NULL DEFAULT 0,       -- which paper of its record: 0 the first, n the n-th of the others
  lane    TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'held', 'unknown', 'printed', 'late', 'failed')),
  attempt INTEGER NOT NULL DEFAULT 0,
  papers  INTEGER NOT NULL DEFAULT 0,       -- papers that came out, as far as is known
  reason  TEXT NOT NULL DEFAULT '',
  proof   TEXT NOT NULL DEFAULT '',
  due_at  INTEGER NOT NULL DEFAULT 0        -- this PC's clock, ms since 1970 UTC: when it was made, or asked for by hand; 0 before this column
) STRICT;
INSERT INTO jobs (id, record, part, lane, state, attempt, papers, reason, proof, due_at)
SELECT id, record, part, lane, state, attempt, papers, reason, proof,
  -- Nobody knows how old those are that wait: they count from now.
  iif(state = 'printed', 0, CAST(unixepoch('subsec') * 1000 AS INTEGER))
FROM jobs_before;
DROP TABLE jobs_before;
CREATE INDEX jobs_due ON jobs (lane, id) WHERE state <> 'printed';
