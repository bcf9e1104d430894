-- oldest reader: 2
--
-- What games draw from: a secret for each game and month, with the commitment
-- that slips show. It is told when the month is over, and stays here to check
-- the journal's plays by.

CREATE TABLE game_seeds (
  game       TEXT NOT NULL,
  month      TEXT NOT NULL,                 -- of business days: 2026-11
  seed       BLOB NOT NULL CHECK (length(seed) = 32),
  commitment BLOB NOT NULL CHECK (length(commitment) = 32),
  made_at    INTEGER NOT NULL,              -- milliseconds since 1970 UTC
  PRIMARY KEY (game, month)
) STRICT, WITHOUT ROWID;
