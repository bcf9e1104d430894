package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/cmd/gate"
	"zegel/cmd/zegel-office/office"
	"zegel/syncer"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// A shop is a terminal's key and journal; what it holds beyond that is the
// business of other tests.
type shop struct {
	key    ed25519.PrivateKey
	id     ledger.Terminal
	branch ledger.Branch
}

func newShop(id ledger.Terminal) *shop {
	return &shop{key: ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+id)), ed25519.SeedSize))), id: id, branch: ledger.Branch{byte(id)}}
}

// joins enrols the shop at a head office that is served, over TLS.
func (s *shop) joins(t *testing.T, at *served, code string) error {
	t.Helper()
	expected, err := wire.ParseCode(code)
	if err != nil {
		t.Fatal(err)
	}
	config, err := gate.ClientTLS(s.key, rand.Reader, expected.Names)
	if err != nil {
		t.Fatal(err)
	}
	line := &http.Transport{TLSClientConfig: config}
	defer line.CloseIdleConnections()
	_, err = syncer.Enrol(t.Context(), syncer.Application{
		Line: syncer.NewClient(line), Office: "https://" + at.address, Code: code, Terminal: s.id, Key: s.key, Software: "test", Rand: rand.Reader,
	})
	return err
}

// sells lets n awards of 20 points reach head office in one batch.
func (s *shop) sells(t *testing.T, at site, n int) {
	t.Helper()
	var drafts []ledger.Draft
	for i := range n {
		moment := ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, i, 0, time.UTC), true)
		entry := ledger.Entry{Account: ledger.Account{1}, Wallet: "points", Kind: ledger.Earn, Points: 20 * ledger.Unit}
		drafts = append(drafts, ledger.Draft{Moment: moment, Kind: ledger.KindAward, Rules: 1, Entries: []ledger.Entry{entry}})
	}
	s.brings(t, at, drafts...)
}

// brings lets the first records of the shop's branch reach head office in one batch.
func (s *shop) brings(t *testing.T, at site, drafts ...ledger.Draft) {
	t.Helper()
	tip := ledger.Open(s.id, s.branch, ledger.Parent{}, 0)
	batch := ledger.Batch{Terminal: s.id, Branch: s.branch, First: 1, Before: tip.Hash}
	var hashes []ledger.Hash
	for _, d := range drafts {
		r, err := ledger.Seal(tip, d, time.Time{}, ledger.Salt{1})
		if err != nil {
			t.Fatal(err)
		}
		tip = tip.After(r)
		batch.Lines, hashes = append(batch.Lines, r.Line), append(hashes, r.Hash)
	}
	doc, err := wire.EncodeBatch(batch, s.key)
	if err != nil {
		t.Fatal(err)
	}
	o, err := office.OpenExisting(t.Context(), office.Config{Folder: string(at), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Store.Intake(t.Context(), settle.Arrival{
		Terminal: s.id, Branch: s.branch, First: 1, Before: batch.Before, Hashes: hashes, Document: doc, Request: "r", Turn: 1, At: 1,
	})
	if err := errors.Join(err, o.CatchUp(t.Context()), o.Close()); err != nil {
		t.Fatal(err)
	}
}

// enrolled is a head office one shop has joined and brought n awards to.
func enrolled(t *testing.T, n int) (site, *shop) {
	t.Helper()
	f := site(t.TempDir())
	at := f.serve(t)
	s := newShop(5)
	if err := s.joins(t, at, code(t, f, "Winkel 12")); err != nil {
		t.Fatal(err)
	}
	at.stop(t)
	if n > 0 {
		s.sells(t, f, n)
	}
	return f, s
}

// code is a code of enrol.
func code(t *testing.T, f site, name string, more ...string) string {
	t.Helper()
	return strings.TrimSpace(f.run(t, append([]string{"enrol", "--name", name}, more...)...).is(t, 0).out)
}
