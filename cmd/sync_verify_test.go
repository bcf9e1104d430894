package cmd_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"zegel/store/sqlite"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// The audit of head office's books sees each of these.
func TestSyncVerifySeesDamage(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	for range 3 {
		shop.award("card", 1000)
		catchUp(t, line)
	}
	shop.mu.Lock()
	for range 2 {
		shop.awardFor("card", 7000, "twice") // so that head office has a journal of its own
	}
	shop.commit(ledger.Draft{Kind: "lottery", Entries: []ledger.Entry{{Account: shop.accounts["card"], Wallet: "points", Kind: ledger.Earn, Points: 1, Closed: true}}})
	shop.mu.Unlock()
	shop.award("card", 1000)
	catchUp(t, line)
	shop.mu.Lock()
	again, err := ledger.Reissue(shop.tip(), shop.now().records[0].Head, shop.now().records[0].Line.Body)
	if err != nil {
		t.Fatal(err)
	}
	shop.add(again)
	shop.mu.Unlock()
	catchUp(t, line)
	shop.award("other", 500) // stays set aside
	if p, a := o.raw(shop, shop.now().accepted+1, int64(len(shop.now().records)), shop.nonce, nil); a == nil {
		t.Fatal(p)
	}
	o.settle()

	for name, sql := range map[string]string{
		"a document's byte":                        `UPDATE inbox SET document = CAST(replace(CAST(document AS TEXT), '"points":1000', '"points":9000') AS BLOB)`,
		"a document gone":                          `DELETE FROM inbox WHERE last = (SELECT MIN(last) FROM inbox)`,
		"a document said to be new":                `UPDATE inbox SET new_first = new_first + 1`,
		"an entry's points":                        `UPDATE entries SET points = points + 1 WHERE line = 1 AND points = 1000`,
		"an entry gone":                            `DELETE FROM entries WHERE position = 2`,
		"an entry from nowhere":                    `UPDATE entries SET seq = seq + 1000 WHERE position = 2`,
		"an entry in another bucket":               `UPDATE entries SET bucket = (bucket + 1) % 64 WHERE position = 2`,
		"a balance":                                `UPDATE balances SET points = points + 1`,
		"a balance gone":                           `DELETE FROM balances`,
		"a set-aside":                              `UPDATE set_asides SET opened = opened + 1, remaining = remaining + 1`,
		"a set-aside gone":                         `DELETE FROM set_asides`,
		"a parked entry gone":                      `DELETE FROM parked`,
		"a parked entry posted as well":            `INSERT INTO parked SELECT bucket, terminal, branch, seq, line, 0, 0, '', '', account, wallet, points, branch, 0 FROM entries WHERE position = 1`,
		"a decision forgotten":                     `DELETE FROM decisions WHERE seq = 1`,
		"a decision that counts by another record": `UPDATE decisions SET seq = seq + 1 WHERE seq = 1`,
		"a decision of no record":                  `UPDATE decisions SET seq = seq + 1000 WHERE seq = 1`,
		"a decision said to be an original":        `UPDATE decisions SET again = 1 - again WHERE seq = 1`,
		"an original parked as issued again":       `UPDATE parked SET reason = 'issued_again' WHERE reason <> 'issued_again'`,
		"issued again of another record":           `UPDATE parked SET first_seq = first_seq + 1 WHERE reason = 'issued_again'`,
		"issued again and counted": `INSERT INTO entries SELECT p.bucket, 100000, p.terminal, p.branch, p.seq, p.line, 'award', 0, '', 0, p.account, p.wallet, p.points, '', '', 0
			FROM parked p WHERE p.reason = 'issued_again'`,
		"head office's own record":       `UPDATE own_records SET head = CAST(replace(CAST(head AS TEXT), '-7000', '-6000') AS BLOB)`,
		"head office's last record gone": `DELETE FROM own_records`,
		"a place in the feed skipped":    `UPDATE buckets SET position = position + 1 WHERE position > 0`,
		"a terminal's key gone":          `DELETE FROM terminal_keys`,
	} {
		t.Run(name, func(t *testing.T) {
			if problems := o.damaged(sql); len(problems) == 0 {
				t.Error("nothing was seen")
			}
		})
	}
}

// damaged runs sql on a copy of the books and audits the copy.
func (o *testOffice) damaged(sql string) []string {
	o.t.Helper()
	path := o.t.TempDir() + "/damaged.db"
	if err := o.h.Backup(context.Background(), path); err != nil {
		o.t.Fatal(err)
	}
	copied := openOffice(o.t, path, grant.Policy{})
	err := copied.h.Write(context.Background(), func(tx *sqlite.Tx) error {
		n, err := tx.Exec(sql)
		if err == nil && n == 0 {
			return errors.New("it changes nothing: " + sql)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	problems, err := copied.db.Verify(context.Background(), checkDocument)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range problems {
		if strings.Contains(p, "%!") {
			o.t.Error(p)
		}
	}
	return problems
}
