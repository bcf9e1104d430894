-- oldest reader: 1
--
-- What reversals took back of each entry, whether the entry has come or not, so
-- that two shops with the same slip before them cannot take it back twice. Its
-- bucket is the account's.
CREATE TABLE returned (
  bucket        INTEGER NOT NULL,
  terminal      INTEGER NOT NULL,
  branch        BLOB NOT NULL,
  seq           INTEGER NOT NULL,
  line          INTEGER NOT NULL,
  points        INTEGER NOT NULL,        -- in the direction they were taken
  rest          TEXT NOT NULL,
  account       BLOB NOT NULL,
  wallet        TEXT NOT NULL,
  issuer        TEXT NOT NULL,
  PRIMARY KEY (bucket, terminal, branch, seq, line)
) STRICT, WITHOUT ROWID;
