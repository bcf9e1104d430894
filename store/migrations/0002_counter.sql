-- oldest reader: 2
--
-- What the counter needs beside the journal: holds, and what is folded from
-- records so that a sale, a member and a day's papers are found quickly. A
-- program that does not know these tables would not keep them.

-- Points set aside for a basket. State of this PC and no record: the one table
-- that is made again from nothing. A row goes with the sale it was for, when it
-- is released, or a day after its time.
CREATE TABLE holds (
  id      BLOB PRIMARY KEY,
  request TEXT NOT NULL UNIQUE,             -- key of the sale it is for
  account BLOB NOT NULL,
  lane    TEXT NOT NULL,
  until   INTEGER NOT NULL,                 -- this PC's clock, milliseconds since 1970 UTC
  rules   INTEGER NOT NULL,
  parts   TEXT NOT NULL,                    -- JSON
  wish    BLOB                              -- as the caller encoded it; NULL for nothing
) STRICT, WITHOUT ROWID;

-- Folded from the heads of records that take entries of another back, and from
-- the bodies of those that name a sale. The sale may be another shop's.
CREATE TABLE takebacks (
  sale   TEXT NOT NULL,                     -- key of the record that is named, as it is called now
  record INTEGER NOT NULL,
  PRIMARY KEY (sale, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX takebacks_by_record ON takebacks (record);

-- Folded from the origins: which record stands for one that was issued again.
CREATE TABLE reissues (
  old INTEGER PRIMARY KEY,
  now INTEGER NOT NULL
) STRICT;

-- Folded from bodies: the account of a record none of whose entries is for it.
CREATE TABLE mentions (
  record  INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES accounts (number)
) STRICT;
CREATE INDEX mentions_by_account ON mentions (account, record);

-- Folded from the bodies of claims: a bearer slip's account and the one it was
-- added to. They stay one member's whatever a statement does not know yet.
CREATE TABLE claims (
  slip   INTEGER PRIMARY KEY REFERENCES accounts (number), -- a slip is claimed once
  card   INTEGER NOT NULL REFERENCES accounts (number),
  record INTEGER NOT NULL
) STRICT;

-- Folded from the bodies of enrolments; name, folded and mask are emptied, and
-- the words deleted, when a member's name is erased.
CREATE TABLE members (
  account INTEGER PRIMARY KEY REFERENCES accounts (number),
  record  INTEGER NOT NULL,                 -- the newest enrolment, which said what stands here
  since   TEXT NOT NULL,                    -- business day of the first
  name    TEXT NOT NULL,
  folded  TEXT NOT NULL,                    -- words of the name without case and accents, one space apart
  lang    TEXT NOT NULL,                    -- the wordings were shown in; "" where none was
  mask    TEXT NOT NULL                     -- of the card
) STRICT;
CREATE TABLE member_words (
  word    TEXT NOT NULL,
  account INTEGER NOT NULL REFERENCES members (account),
  PRIMARY KEY (word, account)
) STRICT, WITHOUT ROWID;

-- Which paper of its record a slip is: 0 the first, n the n-th of the others.
ALTER TABLE jobs ADD COLUMN part INTEGER NOT NULL DEFAULT 0;

-- What records from before this table say. None of them takes anything back.
INSERT OR IGNORE INTO reissues (old, now)
WITH named AS (
  SELECT id, again,
    json_extract(CAST(head AS TEXT), '$.terminal') || '/' || json_extract(CAST(head AS TEXT), '$.branch') || '/' || json_extract(CAST(head AS TEXT), '$.seq') AS key,
    json_extract(CAST(head AS TEXT), '$.origin') AS origin
  FROM records
  WHERE EXISTS (SELECT 1 FROM records WHERE again = 1)
)
SELECT o.id, n.id FROM named o JOIN named n ON n.origin = ifnull(o.origin, o.key)
WHERE o.again = 1 AND n.again = 0;

INSERT INTO mentions (record, account)
SELECT r.id, a.number FROM records r JOIN accounts a ON lower(hex(a.account)) = json_extract(CAST(r.body AS TEXT), '$.account')
WHERE r.again = 0 AND r.body IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.account = a.number AND e.record = r.id);
