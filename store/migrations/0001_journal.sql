-- oldest reader: 1
--
-- The shop's file. The journal (records) is the truth and the outbox; every
-- table that is said to be folded from it can be dropped and made again.
--
-- A record's id is its branch's number times 2^40 plus its sequence, so that
-- one small integer names it, grows with time and needs no second index.

CREATE TABLE identity (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  terminal INTEGER NOT NULL CHECK (terminal > 0),
  alone    INTEGER NOT NULL CHECK (alone IN (0, 1)) -- 1: this shop is the authority for its accounts
) STRICT;

CREATE TABLE branches (
  number        INTEGER PRIMARY KEY, -- the highest is the one that is written
  branch        BLOB NOT NULL UNIQUE,
  parent_branch BLOB NOT NULL,
  parent_seq    INTEGER NOT NULL,
  parent_hash   BLOB NOT NULL,
  opened_at     INTEGER NOT NULL,    -- milliseconds since 1970 UTC
  reason        TEXT NOT NULL,
  accepted      INTEGER NOT NULL DEFAULT 0, -- head office has committed it
  archived      INTEGER NOT NULL DEFAULT 0  -- and has it in a verified backup
) STRICT;

CREATE TABLE records (
  id    INTEGER PRIMARY KEY,
  kind  TEXT NOT NULL,
  day   TEXT NOT NULL,
  stamp INTEGER NOT NULL,
  hash  BLOB NOT NULL,
  head  BLOB NOT NULL,
  body  BLOB,                               -- NULL once it was emptied
  again INTEGER NOT NULL DEFAULT 0          -- 1: issued again in a later branch; counts for nothing here
) STRICT;

-- What was committed stays as it was: only a body may be emptied, and a record
-- marked as issued again.
CREATE TRIGGER records_stay BEFORE DELETE ON records
BEGIN SELECT RAISE(ABORT, 'a record is never deleted'); END;
CREATE TRIGGER records_hold BEFORE UPDATE OF id, kind, day, stamp, hash, head ON records
BEGIN SELECT RAISE(ABORT, 'a record is never changed'); END;
CREATE TRIGGER bodies_hold BEFORE UPDATE OF body ON records WHEN NEW.body IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a body may only be emptied'); END;

CREATE TABLE accounts (
  number   INTEGER PRIMARY KEY,
  account  BLOB NOT NULL UNIQUE,
  survivor INTEGER NOT NULL,                -- itself, or the account that stands for it
  known    INTEGER NOT NULL,                -- 1: the authority has said what it holds
  as_of    INTEGER NOT NULL DEFAULT 0       -- stamp of the last statement
) STRICT;
CREATE INDEX accounts_linked ON accounts (survivor) WHERE survivor <> number;

CREATE TABLE identifiers (
  ref     BLOB PRIMARY KEY,                 -- chain key id and HMAC, 40 bytes
  kind    TEXT NOT NULL,
  mask    TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES accounts (number)
) STRICT, WITHOUT ROWID;

-- Folded from the records: one row an entry, beside its account.
CREATE TABLE entries (
  account INTEGER NOT NULL,
  record  INTEGER NOT NULL,
  line    INTEGER NOT NULL,
  wallet  TEXT NOT NULL,
  kind    TEXT NOT NULL,
  points  INTEGER NOT NULL,
  rest    TEXT NOT NULL,
  PRIMARY KEY (account, record, line)
) STRICT, WITHOUT ROWID;

-- Folded from the statements and the entries above their marks.
CREATE TABLE positions (
  account      INTEGER NOT NULL,
  wallet       TEXT NOT NULL,
  stated       INTEGER NOT NULL,            -- the last statement
  stated_rest  TEXT NOT NULL,
  own          INTEGER NOT NULL,            -- own entries it does not count
  own_rest     TEXT NOT NULL,
  PRIMARY KEY (account, wallet)
) STRICT, WITHOUT ROWID;

-- How far a statement counts each branch of this terminal.
CREATE TABLE counted (
  account INTEGER NOT NULL,
  branch  INTEGER NOT NULL REFERENCES branches (number),
  seq     INTEGER NOT NULL,
  PRIMARY KEY (account, branch)
) STRICT, WITHOUT ROWID;

-- Set-asides of the branch that is written: own awards while they are open, and
-- every grant it was ever given, so that none is taken for new again.
CREATE TABLE set_asides (
  id        TEXT PRIMARY KEY,
  account   INTEGER NOT NULL,
  wallet    TEXT NOT NULL,
  opened    INTEGER NOT NULL,
  remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= opened),
  not_after INTEGER NOT NULL                -- 0: an own award
) STRICT, WITHOUT ROWID;
CREATE INDEX set_asides_open ON set_asides (account) WHERE remaining > 0;

-- What was asked, so that asking again gives the first answer. Keys begin with
-- the business day, so that they grow with time.
CREATE TABLE requests (
  key    TEXT PRIMARY KEY,
  digest BLOB NOT NULL,
  record INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id      INTEGER PRIMARY KEY,
  record  INTEGER NOT NULL,
  lane    TEXT NOT NULL,
  state   TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'held', 'unknown', 'printed')),
  attempt INTEGER NOT NULL DEFAULT 0,
  papers  INTEGER NOT NULL DEFAULT 0,       -- papers that came out, as far as is known
  reason  TEXT NOT NULL DEFAULT '',
  proof   TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX jobs_due ON jobs (lane, id) WHERE state <> 'printed';

-- The line to head office; one row once the shop has joined.
CREATE TABLE line (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  office_key     BLOB NOT NULL,
  nonce          TEXT NOT NULL,
  flight_request TEXT NOT NULL DEFAULT '',
  flight_first   INTEGER NOT NULL DEFAULT 0,
  flight_last    INTEGER NOT NULL DEFAULT 0,
  cursor         TEXT NOT NULL DEFAULT '',
  authority      TEXT NOT NULL DEFAULT 'full',
  office_time    INTEGER NOT NULL DEFAULT 0,
  last_ack       INTEGER NOT NULL DEFAULT 0 -- this PC's clock, milliseconds since 1970 UTC
) STRICT;

CREATE TABLE rules (
  version INTEGER PRIMARY KEY,
  hash    BLOB NOT NULL,
  doc     BLOB NOT NULL,
  seen_at INTEGER NOT NULL
) STRICT;
