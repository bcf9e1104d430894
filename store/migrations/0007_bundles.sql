-- oldest reader: 2
--
-- What head office published of the programme, with its signature: also what
-- is not in force yet. What was in force stands in rules.

CREATE TABLE bundles (
  version     INTEGER PRIMARY KEY,
  from_at     INTEGER NOT NULL,             -- milliseconds since 1970 UTC
  doc         BLOB NOT NULL,
  signature   BLOB NOT NULL,
  received_at INTEGER NOT NULL              -- this PC's clock
) STRICT;
