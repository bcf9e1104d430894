-- oldest reader: 2
--
-- Who may sign in at a lane: hashes of PINs and badges, and wrong tries. A
-- document is JSON; the program that signs people in says what is in it. The
-- journal names operators by name, so nothing here is needed to read it.

CREATE TABLE operators (
  name TEXT PRIMARY KEY,
  doc  TEXT NOT NULL CHECK (json_valid(doc))
) STRICT, WITHOUT ROWID;
