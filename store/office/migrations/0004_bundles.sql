-- oldest reader: 1
--
-- The programme as it was published, version by version, signed by head office.
CREATE TABLE bundles (
  ipart     INTEGER NOT NULL,              -- one for all
  version   INTEGER NOT NULL,
  from_at   INTEGER NOT NULL,              -- milliseconds since 1970 UTC
  doc       BLOB NOT NULL,
  signature BLOB NOT NULL,
  made_at   INTEGER NOT NULL,
  PRIMARY KEY (ipart, version)
) STRICT, WITHOUT ROWID;
