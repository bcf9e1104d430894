-- oldest reader: 2
--
-- What the day's report needs beside the journal. Its figures stand in the
-- bodies of the day records; nothing here is folded from them.

-- The day records, to be found without walking the journal.
CREATE INDEX records_day ON records (again) WHERE kind = 'day';

-- The business days on which the daemon ran.
CREATE TABLE days (
  day       TEXT PRIMARY KEY,
  opened_at INTEGER NOT NULL                -- milliseconds since 1970 UTC
) STRICT, WITHOUT ROWID;

-- Each time the line to head office was lost, and was back, with the last
-- record there was: so what was made without a line needs no clock to tell.
CREATE TABLE line_edges (
  id     INTEGER PRIMARY KEY,
  record INTEGER NOT NULL,                  -- 0 before the first
  up     INTEGER NOT NULL CHECK (up IN (0, 1)),
  at     INTEGER NOT NULL                   -- milliseconds since 1970 UTC
) STRICT;

-- What the tills took, as it was said. Of a till's day the last word counts;
-- the earlier ones stay.
CREATE TABLE till_words (
  id          INTEGER PRIMARY KEY,
  day         TEXT NOT NULL,
  till        TEXT NOT NULL,                -- '' is the whole shop
  turnover    INTEGER NOT NULL,             -- minor units
  receipts    INTEGER NOT NULL,
  points_paid INTEGER NOT NULL,             -- minor units
  said_by     TEXT NOT NULL,
  at          INTEGER NOT NULL              -- milliseconds since 1970 UTC
) STRICT;
CREATE INDEX till_words_day ON till_words (day, till, id);
