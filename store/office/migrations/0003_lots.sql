-- oldest reader: 1
--
-- What a purse's points consist of, once any entry of it had a day or an issuer
-- ('' before), and the last day of the lot that lapses first ('' for none). Lots
-- are what the set of a purse's entries makes, by stamp: when one comes behind
-- others, all are read again, in the order of the index.
ALTER TABLE balances ADD COLUMN lots TEXT NOT NULL DEFAULT '';
ALTER TABLE balances ADD COLUMN lapses TEXT NOT NULL DEFAULT '';
CREATE INDEX balances_lapsing ON balances (bucket, lapses, account, wallet) WHERE lapses <> '';

DROP INDEX entries_of_account;
CREATE INDEX entries_of_purse ON entries (bucket, account, wallet, stamp);

-- What a donation is worth in minor units, as its record's body says.
ALTER TABLE entries ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;

-- The newest business day the terminal brought a record of; '' for none.
ALTER TABLE terminals ADD COLUMN reported TEXT NOT NULL DEFAULT '';

-- The terminal whose record was the first, where the row is not a terminal's own
-- (terminal 0: an event, of which every terminal may have heard).
ALTER TABLE sales ADD COLUMN told_by INTEGER NOT NULL DEFAULT 0;
