package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
)

const testSchema = `
CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, data BLOB, n INTEGER NOT NULL DEFAULT 0 CHECK (n >= 0)) STRICT;
CREATE UNIQUE INDEX t_name ON t (name);
CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t DEFERRABLE INITIALLY DEFERRED) STRICT;
`

func openWithTable(t testing.TB) *DB {
	t.Helper()
	db := openNew(t)
	mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
	return db
}

func TestValuesComeBackAsTheyWent(t *testing.T) {
	db := openWithTable(t)
	long := strings.Repeat("x", 100_000)
	mustWrite(t, db, func(tx *Tx) error {
		tx.Exec("INSERT INTO t (id, name, data, n) VALUES (?, ?, ?, ?)", int64(math.MinInt64), "naïve \x00 text", []byte{0, 1, 255}, true)
		tx.Exec("INSERT INTO t (id, name, data, n) VALUES (?, ?, ?, ?)", 2, nil, []byte(nil), int64(math.MaxInt64))
		tx.Exec("INSERT INTO t (id, name, data, n) VALUES (?3, ?1, ?2, ?3)", "", []byte{}, 3)
		_, err := tx.Exec("INSERT INTO t (id, name) VALUES (?, ?)", 4, long)
		return err
	})
	err := db.Read(t.Context(), func(tx *Tx) error {
		rows := tx.Query("SELECT id, name, data, n FROM t ORDER BY id")
		rows.Next()
		if rows.Int64(0) != math.MinInt64 || rows.Text(1) != "naïve \x00 text" || !bytes.Equal(rows.Blob(2), []byte{0, 1, 255}) || rows.Int64(3) != 1 {
			t.Errorf("first row: %d %q %v %d", rows.Int64(0), rows.Text(1), rows.Blob(2), rows.Int64(3))
		}
		rows.Next()
		if !rows.IsNull(1) || !rows.IsNull(2) || rows.Int64(3) != math.MaxInt64 {
			t.Errorf("second row: %t %t %d", rows.IsNull(1), rows.IsNull(2), rows.Int64(3))
		}
		rows.Next()
		if rows.Text(1) != "" || rows.IsNull(2) || len(rows.Blob(2)) != 0 || rows.Int64(0) != 3 {
			t.Errorf("third row: %q %v", rows.Text(1), rows.Blob(2))
		}
		rows.Next()
		if rows.Text(1) != long {
			t.Errorf("fourth row: %d bytes of text", len(rows.Text(1)))
		}
		for range 2 { // the end stays the end
			if rows.Next() {
				t.Error("a fifth row")
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBlobsBelongToTheCaller(t *testing.T) {
	db := openWithTable(t)
	mustWrite(t, db, func(tx *Tx) error {
		tx.Exec("INSERT INTO t (id, data) VALUES (1, x'aaaa'), (2, x'bbbb')")
		rows := tx.Query("SELECT data FROM t ORDER BY id")
		rows.Next()
		first := rows.Blob(0)
		rows.Next()
		if !bytes.Equal(first, []byte{0xaa, 0xaa}) {
			t.Errorf("the first blob became %x with the second row", first)
		}
		one, _, _ := tx.One("SELECT data FROM t WHERE id = ?", 1)
		two, _, _ := tx.One("SELECT data FROM t WHERE id = ?", 2)
		if !bytes.Equal(one.Blob(0), []byte{0xaa, 0xaa}) || !bytes.Equal(two.Blob(0), []byte{0xbb, 0xbb}) {
			t.Errorf("rows of one statement share their values: %x %x", one.Blob(0), two.Blob(0))
		}
		return nil
	})
}

func TestExecCountsWhatItChanged(t *testing.T) {
	db := openWithTable(t)
	mustWrite(t, db, func(tx *Tx) error {
		// Each twice: the first use of a statement takes another way.
		for round, want := range []int64{3, 3} {
			got, err := tx.Exec("INSERT INTO t (n) VALUES (?), (?), (?)", 1, 2, 3)
			if err != nil || got != want {
				t.Errorf("insert, round %d: %d %v", round, got, err)
			}
		}
		for round, want := range []int64{2, 2} {
			got, err := tx.Exec("UPDATE t SET n = n + 0 WHERE n = ?", 1)
			if err != nil || got != want {
				t.Errorf("update, round %d: %d %v", round, got, err)
			}
		}
		for round, want := range []int64{0, 0} {
			got, err := tx.Exec("DELETE FROM t WHERE n = ?", 9)
			if err != nil || got != want {
				t.Errorf("delete, round %d: %d %v", round, got, err)
			}
		}
		return nil
	})
}

func TestAnErrorOfTheFunctionRollsBackAndComesBackUnchanged(t *testing.T) {
	db := openWithTable(t)
	refusal := errors.New("no")
	err := db.Write(t.Context(), func(tx *Tx) error {
		tx.Exec("INSERT INTO t (id) VALUES (1)")
		return refusal
	})
	if err != refusal {
		t.Errorf("got %v", err)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
		t.Errorf("%d rows were written all the same", n)
	}
}

func TestAPanicRollsBackAndFreesTheWriter(t *testing.T) {
	db := openWithTable(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		db.Write(t.Context(), func(tx *Tx) error {
			tx.Exec("INSERT INTO t (id) VALUES (1)")
			panic("a fault in the caller")
		})
	}()
	mustWrite(t, db, func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO t (id) VALUES (2)")
		return err
	})
	if n := number(t, db, "SELECT sum(id) FROM t"); n != 2 {
		t.Errorf("sum of ids %d", n)
	}
}

// The first failed statement dooms the transaction whatever the caller does
// with the error, and nothing done before or after it is written.
func TestTheFirstErrorDoomsTheTransaction(t *testing.T) {
	for name, fault := range map[string]struct {
		do   func(tx *Tx)
		want error
	}{
		"unique key":           {func(tx *Tx) { tx.Exec("INSERT INTO t (id) VALUES (1)") }, ErrUnique},
		"unique index":         {func(tx *Tx) { tx.Exec("INSERT INTO t (name) VALUES (?)", "taken") }, ErrUnique},
		"check":                {func(tx *Tx) { tx.Exec("INSERT INTO t (n) VALUES (-1)") }, ErrConstraint},
		"text into an integer": {func(tx *Tx) { tx.Exec("INSERT INTO t (n) VALUES (?)", "many") }, ErrConstraint},
		"sum past 2^63":        {func(tx *Tx) { tx.Exec("UPDATE t SET n = n + ?", int64(math.MaxInt64)) }, ErrConstraint},
		"no such column":       {func(tx *Tx) { tx.Exec(`INSERT INTO t (wrong) VALUES (1)`) }, nil},
		"quoted as a name":     {func(tx *Tx) { tx.Exec(`INSERT INTO t (name) VALUES ("typo")`) }, nil},
		"too few arguments":    {func(tx *Tx) { tx.Exec("INSERT INTO t (id, name) VALUES (?, ?)", 5) }, nil},
		"too many arguments":   {func(tx *Tx) { tx.Exec("INSERT INTO t (id) VALUES (?)", 5, 6) }, nil},
		"a float":              {func(tx *Tx) { tx.Exec("INSERT INTO t (n) VALUES (?)", 1.5) }, nil},
		"two statements":       {func(tx *Tx) { tx.Exec("INSERT INTO t (id) VALUES (5); INSERT INTO t (id) VALUES (6)") }, nil},
		"no statement":         {func(tx *Tx) { tx.Exec(" -- nothing\n") }, nil},
		"its own COMMIT":       {func(tx *Tx) { tx.Exec("COMMIT") }, nil},
		"its own rollback":     {func(tx *Tx) { tx.Exec("/* so */ rollback") }, nil},
		"rows from Exec":       {func(tx *Tx) { tx.Exec("INSERT INTO t (id) VALUES (5) RETURNING id") }, nil},
		"failed query":         {func(tx *Tx) { tx.Query("SELECT * FROM nowhere") }, nil},
		"error while stepping": {func(tx *Tx) {
			for rows := tx.Query("SELECT abs(n) FROM (SELECT 1 AS n UNION ALL SELECT -9223372036854775808)"); rows.Next(); {
			}
		}, nil},
		"two rows for One":  {func(tx *Tx) { tx.One("SELECT 1 UNION ALL SELECT 2") }, nil},
		"text as a number":  {func(tx *Tx) { row, _, _ := tx.One("SELECT 'x'"); row.Int64(0) }, nil},
		"NULL as a number":  {func(tx *Tx) { row, _, _ := tx.One("SELECT NULL"); row.Int64(0) }, nil},
		"number as text":    {func(tx *Tx) { row, _, _ := tx.One("SELECT 1"); row.Text(0) }, nil},
		"text as a blob":    {func(tx *Tx) { row, _, _ := tx.One("SELECT 'x'"); row.Blob(0) }, nil},
		"no such column no": {func(tx *Tx) { row, _, _ := tx.One("SELECT 1"); row.IsNull(1) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			db := openWithTable(t)
			mustWrite(t, db, func(tx *Tx) error {
				_, err := tx.Exec("INSERT INTO t (id, name, n) VALUES (1, 'taken', 7)")
				return err
			})
			err := db.Write(t.Context(), func(tx *Tx) error {
				tx.Exec("INSERT INTO t (id) VALUES (100)")
				fault.do(tx)
				n, err := tx.Exec("INSERT INTO t (id) VALUES (101)")
				if err == nil || n != 0 {
					t.Error("the transaction went on")
				}
				if tx.Query("SELECT 1").Next() {
					t.Error("a query was answered")
				}
				return nil // an error ignored by the caller
			})
			if err == nil {
				t.Fatal("committed")
			}
			if fault.want != nil && !errors.Is(err, fault.want) {
				t.Errorf("got %v, want %v", err, fault.want)
			}
			if fault.want == ErrUnique && !errors.Is(err, ErrConstraint) || fault.want == ErrConstraint && errors.Is(err, ErrUnique) {
				t.Errorf("kind of constraint confused: %v", err)
			}
			if db.Err() != nil {
				t.Errorf("the database itself was blamed: %v", db.Err())
			}
			if n := number(t, db, "SELECT sum(id) * 1000 + sum(n) FROM t"); n != 1007 {
				t.Errorf("something was written: %d", n)
			}
		})
	}
}

func TestErrorsNeverShowABoundValue(t *testing.T) {
	db := openWithTable(t)
	const secret = "4006381333931 Muster"
	for _, sql := range []string{
		"INSERT INTO t (n) VALUES (?)", "INSERT INTO t (name) VALUES (?), ('x'), ('x')", "SELECT json_extract(?, '$')", "INSERT INTO t (id) VALUES (?), (1)",
	} {
		err := db.Write(t.Context(), func(tx *Tx) error {
			tx.Query(sql, secret).Next()
			_, err := tx.Exec(sql, secret)
			return err
		})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestADeferredReferenceFailsTheCommitWithAPlainNo(t *testing.T) {
	db := openWithTable(t)
	err := db.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO child (t) VALUES (77)")
		return err
	})
	var unknown *CommitUnknownError
	if !errors.Is(err, ErrConstraint) || errors.As(err, &unknown) {
		t.Errorf("got %v", err)
	}
	if db.Err() != nil || number(t, db, "SELECT count(*) FROM child") != 0 {
		t.Errorf("not a clean refusal: %v", db.Err())
	}
	mustWrite(t, db, func(tx *Tx) error { return nil })
}

func TestRowsLeftOpenDoNotStopTheCommit(t *testing.T) {
	db := openWithTable(t)
	mustWrite(t, db, func(tx *Tx) error {
		tx.Exec("INSERT INTO t (n) VALUES (1), (2), (3)")
		tx.Query("SELECT id FROM t").Next()
		outer := tx.Query("SELECT id FROM t")
		outer.Next()
		tx.Query("INSERT INTO t (n) VALUES (4) RETURNING id").Next()
		// The same text while the first is still being read.
		inner := tx.Query("SELECT id FROM t")
		if !inner.Next() || inner.Int64(0) != outer.Int64(0) || !outer.Next() || inner.Int64(0) == outer.Int64(0) {
			t.Error("two readings of the same text disturb each other")
		}
		outer.Close()
		if outer.Next() {
			t.Error("closed rows go on")
		}
		return nil
	})
	if n := number(t, db, "SELECT count(*) FROM t"); n != 4 {
		t.Errorf("%d rows", n)
	}
}

func TestATransactionIsOfNoUseAfterItsEnd(t *testing.T) {
	db := openWithTable(t)
	var kept *Tx
	mustWrite(t, db, func(tx *Tx) error { kept = tx; return nil })
	if _, err := kept.Exec("INSERT INTO t (n) VALUES (1)"); err == nil {
		t.Error("a transaction kept by its caller still writes")
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestAReaderSeesOneMoment(t *testing.T) {
	db := openWithTable(t)
	add := func() {
		mustWrite(t, db, func(tx *Tx) error {
			_, err := tx.Exec("INSERT INTO t (n) VALUES (1)")
			return err
		})
	}
	add()
	err := db.Read(t.Context(), func(tx *Tx) error {
		for range 3 {
			row, _, err := tx.One("SELECT count(*) FROM t")
			if err != nil || row.Int64(0) != 1 {
				t.Errorf("%d rows, %v", row.Int64(0), err)
			}
			add()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 4 {
		t.Errorf("the next reader sees %d", n)
	}
}

func TestAReaderCannotWrite(t *testing.T) {
	for _, o := range []Options{{}, {Exclusive: true}} {
		db := openAt(t, t.TempDir()+"/shop.db", o)
		mustWrite(t, db, func(tx *Tx) error { return tx.script(testSchema) })
		for _, sql := range []string{"INSERT INTO t (n) VALUES (1)", "DELETE FROM t", "PRAGMA user_version = 9", "CREATE TABLE u (x ANY) STRICT"} {
			err := db.Read(t.Context(), func(tx *Tx) error {
				_, err := tx.Exec(sql)
				return err
			})
			if !errors.Is(err, ErrReadOnly) {
				t.Errorf("exclusive %t, %s: %v", o.Exclusive, sql, err)
			}
		}
		err := db.Read(t.Context(), func(tx *Tx) error {
			tx.Query("INSERT INTO t (n) VALUES (1) RETURNING id").Next()
			return nil
		})
		if !errors.Is(err, ErrReadOnly) {
			t.Errorf("exclusive %t: RETURNING: %v", o.Exclusive, err)
		}
		if n := number(t, db, "SELECT count(*) FROM t"); n != 0 {
			t.Errorf("exclusive %t: %d rows", o.Exclusive, n)
		}
	}
}

// In a bubble: nothing but the context can let the second writer go on.
func TestAContextEndsTheWaitAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openWithTable(t)
		holding, release := make(chan struct{}), make(chan struct{})
		inside, cancelInside := context.WithCancel(t.Context())
		first := make(chan error)
		go func() {
			first <- db.Write(inside, func(tx *Tx) error {
				close(holding)
				<-release
				cancelInside() // in the middle of the transaction
				_, err := tx.Exec("INSERT INTO t (n) VALUES (1)")
				return err
			})
		}()
		<-holding

		waiting, cancelWaiting := context.WithCancelCause(t.Context())
		second := make(chan error)
		go func() {
			second <- db.Write(waiting, func(tx *Tx) error {
				t.Error("ran although its context ended first")
				return nil
			})
		}()
		synctest.Wait()
		reason := errors.New("the shop closes")
		cancelWaiting(reason)
		if err := <-second; !errors.Is(err, reason) {
			t.Errorf("the wait ended with %v", err)
		}
		close(release)
		if err := <-first; err != nil {
			t.Errorf("cancelled from within: %v", err)
		}
		if err := db.Write(inside, func(*Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a context over from the start: %v", err)
		}
		if n := number(t, db, "SELECT count(*) FROM t"); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestStatementsArePreparedOnceAndNotForEver(t *testing.T) {
	db := openWithTable(t)
	c := <-db.writers
	db.writers <- c
	text := func(i int) string { return fmt.Sprintf("INSERT INTO t (n) VALUES (? + %d)", i) }
	use := func(i int) {
		mustWrite(t, db, func(tx *Tx) error {
			_, err := tx.Exec(text(i), 1)
			return err
		})
	}
	use(0)
	kept := c.cache[text(0)]
	for i := range 5 * cacheSize {
		use(i)
		use(0)
		if len(c.cache) > cacheSize {
			t.Fatalf("%d statements kept", len(c.cache))
		}
	}
	if c.cache[text(0)] != kept {
		t.Error("a statement in constant use was prepared again")
	}
	if c.cache[text(1)] != nil {
		t.Error("one long unused was kept")
	}
	if n := number(t, db, "SELECT count(*) FROM t"); n != 10*cacheSize+1 {
		t.Errorf("%d rows", n)
	}
}

func TestAStatementOutlivesAChangeOfTheSchema(t *testing.T) {
	db := openWithTable(t)
	all := func() (columns int) {
		err := db.Read(t.Context(), func(tx *Tx) error {
			rows := tx.Query("SELECT * FROM t")
			for rows.Next() {
				columns = len(rows.values)
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		return columns
	}
	mustWrite(t, db, func(tx *Tx) error { _, err := tx.Exec("INSERT INTO t (n) VALUES (1)"); return err })
	for range 3 { // through every reader of the pool
		if n := all(); n != 4 {
			t.Errorf("%d columns", n)
		}
	}
	mustWrite(t, db, func(tx *Tx) error { return tx.script("ALTER TABLE t ADD COLUMN more TEXT") })
	for range 3 {
		if n := all(); n != 5 {
			t.Errorf("%d columns after one was added", n)
		}
	}
}

func TestOnlyOneStatementAtATime(t *testing.T) {
	for sql, want := range map[string]int{
		"":                                  0,
		" ; ;; -- nothing; at all\n":        0,
		"SELECT 1":                          1,
		"SELECT ';'; -- one; only":          1,
		"SELECT 'it''s; ';;":                1,
		"SELECT 1 AS \"a;b\", [c;d], `e;f`": 1,
		"/* a; b */ SELECT 1 /* c; d */ ;":  1,
		"SELECT 1; SELECT 2":                2,
		"SELECT 1;/* x */SELECT 2":          2,
		"SELECT 'never closed ; ":           1,
		"SELECT 1 -- comment\n; DELETE":     2,
	} {
		if got := len(split(sql)); got != want {
			t.Errorf("%q: %d statements, want %d", sql, got, want)
		}
	}
}
