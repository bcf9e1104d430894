-- oldest reader: 1
--
-- What head office knows, in two families of tables. Those of intake begin
-- their keys with ipart, a hash of the terminal; those of projection with
-- bucket, a hash of the account (or of the identifier, where accounts are
-- compared by it). A transaction writes to one ipart or to one bucket. That is
-- what lets the same tables be spread over many machines.

-- INTAKE

CREATE TABLE parts (
  ipart     INTEGER NOT NULL,
  next      INTEGER NOT NULL,            -- position the next batch of the part gets
  projected INTEGER NOT NULL,            -- every bucket has counted the batches up to here
  PRIMARY KEY (ipart)
) STRICT, WITHOUT ROWID;

CREATE TABLE terminals (
  ipart       INTEGER NOT NULL,
  terminal    INTEGER NOT NULL,
  name        TEXT NOT NULL,
  public_key  BLOB NOT NULL,             -- Ed25519; the one it signs with now
  software    TEXT NOT NULL DEFAULT '',
  rules       INTEGER NOT NULL DEFAULT 0,
  enrolled_at INTEGER NOT NULL,          -- milliseconds since 1970 UTC, as all times here
  seen_at     INTEGER NOT NULL DEFAULT 0,
  revoked     INTEGER NOT NULL DEFAULT 0,
  branch      BLOB,                      -- the one it opened last; NULL before the first batch
  turn        INTEGER NOT NULL DEFAULT 1, -- number of the nonce it must show next
  request     TEXT NOT NULL DEFAULT '',  -- the batch request answered last
  authority   TEXT NOT NULL DEFAULT 'full',
  reason      TEXT NOT NULL DEFAULT '',  -- why authority was withdrawn
  PRIMARY KEY (ipart, terminal)
) STRICT, WITHOUT ROWID;

-- Every key a terminal ever signed with: what it signed then must stay readable.
CREATE TABLE terminal_keys (
  ipart      INTEGER NOT NULL,
  terminal   INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  since      INTEGER NOT NULL,
  PRIMARY KEY (ipart, terminal, public_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE branches (
  ipart         INTEGER NOT NULL,
  terminal      INTEGER NOT NULL,
  branch        BLOB NOT NULL,
  parent_branch BLOB NOT NULL,
  parent_seq    INTEGER NOT NULL,
  parent_hash   BLOB NOT NULL,
  seq           INTEGER NOT NULL,        -- the cursor: last record accepted
  head          BLOB NOT NULL,           -- and its hash
  archived      INTEGER NOT NULL DEFAULT 0, -- last record inside a verified backup
  opened_at     INTEGER NOT NULL,
  PRIMARY KEY (ipart, terminal, branch)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  ipart       INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  terminal    INTEGER NOT NULL,
  branch      BLOB NOT NULL,
  first       INTEGER NOT NULL,
  new_first   INTEGER NOT NULL,          -- records below it were in already
  last        INTEGER NOT NULL,
  hashes      BLOB NOT NULL,             -- of each record from first to last, 32 bytes each
  document    BLOB NOT NULL,             -- the signed bytes as they came
  received_at INTEGER NOT NULL,
  PRIMARY KEY (ipart, position)
) STRICT;
CREATE UNIQUE INDEX inbox_of_branch ON inbox (ipart, terminal, branch, last);

-- Refused batches that show two histories of one branch.
CREATE TABLE proofs (
  ipart       INTEGER NOT NULL,
  terminal    INTEGER NOT NULL,
  branch      BLOB NOT NULL,
  digest      BLOB NOT NULL,
  document    BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (ipart, terminal, branch, digest)
) STRICT;

-- What people have to look at about a terminal as such.
CREATE TABLE alarms (
  ipart     INTEGER NOT NULL,
  terminal  INTEGER NOT NULL,
  branch    BLOB NOT NULL,
  code      TEXT NOT NULL,
  detail    TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  solved    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (ipart, terminal, branch, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE codes (
  ipart      INTEGER NOT NULL,           -- hash of the selector
  selector   TEXT NOT NULL,
  hash       BLOB NOT NULL,
  name       TEXT NOT NULL,
  replaces   INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries      INTEGER NOT NULL DEFAULT 0, -- wrong ones
  terminal   INTEGER,                    -- who used it, with which key
  public_key BLOB,
  PRIMARY KEY (ipart, selector)
) STRICT, WITHOUT ROWID;

CREATE TABLE chain_keys (
  ipart  INTEGER NOT NULL,               -- hash of the id
  id     TEXT NOT NULL,
  secret BLOB NOT NULL,
  place  INTEGER NOT NULL,               -- the lowest is used first
  PRIMARY KEY (ipart, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  ipart   INTEGER NOT NULL,              -- hash of the hash
  hash    TEXT NOT NULL,                 -- SHA-256 of the bearer token, hex
  name    TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (ipart, hash)
) STRICT, WITHOUT ROWID;

-- PROJECTION

CREATE TABLE buckets (
  bucket   INTEGER NOT NULL,
  round    INTEGER NOT NULL,             -- grows with every transaction; writing it first takes the lock
  position INTEGER NOT NULL,             -- last place given in the feed
  changed  INTEGER NOT NULL,             -- last change given to an account
  errand   INTEGER NOT NULL,             -- last errand given
  branch   BLOB NOT NULL,                -- head office's own journal of this bucket
  seq      INTEGER NOT NULL,
  head     BLOB NOT NULL,
  stamp    INTEGER NOT NULL,
  PRIMARY KEY (bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE progress (
  bucket   INTEGER NOT NULL,
  ipart    INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (bucket, ipart)
) STRICT, WITHOUT ROWID;

CREATE TABLE own_records (
  bucket INTEGER NOT NULL,
  seq    INTEGER NOT NULL,
  head   BLOB NOT NULL,
  body   BLOB,
  PRIMARY KEY (bucket, seq)
) STRICT;

CREATE TABLE entries (
  bucket   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  terminal INTEGER NOT NULL,
  branch   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  line     INTEGER NOT NULL,
  record   TEXT NOT NULL,                -- kind of the record
  stamp    INTEGER NOT NULL,
  day      TEXT NOT NULL,
  rules    INTEGER NOT NULL,
  account  BLOB NOT NULL,
  wallet   TEXT NOT NULL,
  points   INTEGER NOT NULL,
  rest     TEXT NOT NULL,
  entry    TEXT NOT NULL,                -- all of it, JSON
  PRIMARY KEY (bucket, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entries_once ON entries (bucket, terminal, branch, seq, line);
CREATE INDEX entries_of_account ON entries (bucket, account, position);

CREATE TABLE accounts (
  bucket         INTEGER NOT NULL,
  account        BLOB NOT NULL,
  first_stamp    INTEGER NOT NULL,       -- of the earliest record that names it
  survivor       BLOB NOT NULL,          -- the oldest of the accounts it is linked with, or itself
  survivor_stamp INTEGER NOT NULL,
  PRIMARY KEY (bucket, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE balances (
  bucket    INTEGER NOT NULL,
  account   BLOB NOT NULL,
  wallet    TEXT NOT NULL,
  points    INTEGER NOT NULL,
  rest      TEXT NOT NULL,
  set_aside INTEGER NOT NULL CHECK (set_aside >= 0),
  PRIMARY KEY (bucket, account, wallet)
) STRICT, WITHOUT ROWID;

-- Open ones only.
CREATE TABLE set_asides (
  bucket    INTEGER NOT NULL,
  id        TEXT NOT NULL,
  account   BLOB NOT NULL,
  wallet    TEXT NOT NULL,
  terminal  INTEGER NOT NULL,
  branch    BLOB NOT NULL,
  opened    INTEGER NOT NULL,
  remaining INTEGER NOT NULL CHECK (remaining > 0 AND remaining <= opened),
  not_after INTEGER NOT NULL,            -- 0: an own award
  PRIMARY KEY (bucket, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX set_asides_of_account ON set_asides (bucket, account);

-- The first award for each receipt.
CREATE TABLE sales (
  bucket   INTEGER NOT NULL,
  account  BLOB NOT NULL,
  terminal INTEGER NOT NULL,
  day      TEXT NOT NULL,
  till     TEXT NOT NULL,
  id       TEXT NOT NULL,
  branch   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  PRIMARY KEY (bucket, account, terminal, day, till, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE identifiers (
  bucket  INTEGER NOT NULL,              -- of the account
  account BLOB NOT NULL,
  ref     BLOB NOT NULL,                 -- chain key id and HMAC, 40 bytes
  kind    TEXT NOT NULL,
  mask    TEXT NOT NULL,
  PRIMARY KEY (bucket, account, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
  bucket  INTEGER NOT NULL,              -- of the ref
  ref     BLOB NOT NULL,
  account BLOB NOT NULL,
  stamp   INTEGER NOT NULL,
  PRIMARY KEY (bucket, ref, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  bucket  INTEGER NOT NULL,
  account BLOB NOT NULL,
  other   BLOB NOT NULL,
  PRIMARY KEY (bucket, account, other)
) STRICT, WITHOUT ROWID;

-- What one bucket has to tell another; done in the other's transaction, then
-- deleted in its own. Doing one twice changes nothing.
CREATE TABLE errands (
  bucket   INTEGER NOT NULL,
  number   INTEGER NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('link', 'age', 'interest')),
  account  BLOB NOT NULL,                -- who is told
  stamp    INTEGER NOT NULL,             -- link: a record that names it; age: with other, the age
  other    BLOB NOT NULL,
  terminal INTEGER NOT NULL,             -- interest
  PRIMARY KEY (bucket, number)
) STRICT, WITHOUT ROWID;

-- Which terminals are told about an account.
CREATE TABLE interest (
  bucket   INTEGER NOT NULL,
  account  BLOB NOT NULL,
  terminal INTEGER NOT NULL,
  visits   INTEGER NOT NULL,
  changed  INTEGER NOT NULL,             -- the account's last change
  PRIMARY KEY (bucket, account, terminal)
) STRICT, WITHOUT ROWID;
CREATE INDEX interest_of_terminal ON interest (bucket, terminal, changed);

-- Entries that could not be added up. Line 0 stands for a record without any.
CREATE TABLE parked (
  bucket   INTEGER NOT NULL,
  terminal INTEGER NOT NULL,
  branch   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  line     INTEGER NOT NULL,
  ipart    INTEGER NOT NULL,             -- where its batch lies
  position INTEGER NOT NULL,
  reason   TEXT NOT NULL,
  detail   TEXT NOT NULL,
  account  BLOB NOT NULL,
  wallet   TEXT NOT NULL,
  points   INTEGER NOT NULL,
  first_branch BLOB NOT NULL,            -- of a record that was issued again: the one its decision counts by;
  first_seq    INTEGER NOT NULL,         -- otherwise zero
  PRIMARY KEY (bucket, terminal, branch, seq, line)
) STRICT, WITHOUT ROWID;

-- The record each decision of a terminal counts by, so that a record in which
-- it is issued again does not.
CREATE TABLE decisions (
  bucket   INTEGER NOT NULL,
  terminal INTEGER NOT NULL,
  body     BLOB NOT NULL,                -- its hash: the same decision, the same hash
  branch   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  again    INTEGER NOT NULL,             -- that record names an origin itself
  PRIMARY KEY (bucket, terminal, body)
) STRICT, WITHOUT ROWID;

-- Closes that passed a parked entry.
CREATE TABLE waiting (
  bucket   INTEGER NOT NULL,
  id       TEXT NOT NULL,                -- of the set-aside
  terminal INTEGER NOT NULL,
  branch   BLOB NOT NULL,
  seq      INTEGER NOT NULL,
  line     INTEGER NOT NULL,
  points   INTEGER NOT NULL,
  PRIMARY KEY (bucket, id, terminal, branch, seq, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE exceptions (
  bucket    INTEGER NOT NULL,
  terminal  INTEGER NOT NULL,
  branch    BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  line      INTEGER NOT NULL,
  code      TEXT NOT NULL,
  account   BLOB NOT NULL,
  detail    TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  solved    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket, terminal, branch, seq, line, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX exceptions_of_terminal ON exceptions (terminal, solved);
