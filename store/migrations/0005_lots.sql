-- oldest reader: 5
--
-- Points with days: which of what an account holds lapses when, and what else
-- decisions ask of a member. A program that does not know these columns would
-- spend without taking from the lots.

-- The days and the issuer an entry names, as lots.go writes them; '' for none.
ALTER TABLE entries ADD COLUMN lot TEXT NOT NULL DEFAULT '';

-- The lots of a statement, and those of the member: the statements of all the
-- member's accounts and the own entries above their marks, in the row of the
-- account that stands for them, as lots.go writes them; '' where no lot has a
-- day or an issuer, so that the sum says it all.
ALTER TABLE positions ADD COLUMN stated_lots TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN lots TEXT NOT NULL DEFAULT '';

-- The last day of the lot that lapses first; '' where none does.
ALTER TABLE positions ADD COLUMN lapses TEXT NOT NULL DEFAULT '';
CREATE INDEX positions_lapse ON positions (lapses) WHERE lapses <> '';

-- Folded from the bodies of enrolments, like the rest of members: the newest
-- birthday that was given, and who brought the member in first.
ALTER TABLE members ADD COLUMN birthday TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN referrer BLOB; -- an account's number; NULL for nobody

-- The account in which this terminal counts what is limited for the terminal.
CREATE TABLE house (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  account INTEGER NOT NULL REFERENCES accounts (number)
) STRICT;
