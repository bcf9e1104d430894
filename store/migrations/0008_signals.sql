-- oldest reader: 2
--
-- What the shop says is so until an instant: "rain". Rules of the programme may
-- go by it; records keep what was so when they were decided.

CREATE TABLE signals (
  name     TEXT PRIMARY KEY,
  until_at INTEGER NOT NULL,                -- milliseconds since 1970 UTC; from then on it is so no longer
  set_by   TEXT NOT NULL,
  set_at   INTEGER NOT NULL                 -- this PC's clock
) STRICT, WITHOUT ROWID;
