package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

// coalition is a head office that a shop brought a month of two partners to,
// and a donation.
func coalition(t *testing.T) site {
	t.Helper()
	f, s := enrolled(t, 0)
	record := func(kind ledger.Kind, worth int64, e ledger.Entry) ledger.Draft {
		e.Account, e.Wallet, e.Closed = ledger.Account{1}, "points", e.Points > 0
		d := ledger.Draft{Kind: kind, Rules: 1, Moment: ledger.Calendar{}.Moment(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), true),
			Entries: []ledger.Entry{e}, Body: ledger.Body{Account: e.Account}}
		if worth > 0 {
			d.Body.Reasons = []ledger.Reason{{Code: settle.ReasonDonated, Wallet: "points", Amount: worth}}
		}
		return d
	}
	s.brings(t, f,
		record(ledger.KindAward, 0, ledger.Entry{Kind: ledger.Earn, Points: 900_000, Issuer: "bakker", Expires: "2020-12-31"}),
		record(ledger.KindAward, 0, ledger.Entry{Kind: ledger.Redeem, Points: -250_000, Issuer: "bakker", At: "slager", Expires: "2020-12-31"}),
		record(ledger.KindDonate, 150, ledger.Entry{Kind: ledger.Donate, Points: -50_000, Issuer: "bakker", At: clearing.AtCause + "asiel", Expires: "2020-12-31"}))
	return f
}

func TestClearingSaysWhoOwesWhom(t *testing.T) {
	f := coalition(t)
	f.run(t, "clearing", "--month", "2026-11").is(t, 0, "bakker", "slager", "250", "Nobody owes anybody anything", "Not final: Winkel 12")
	f.run(t, "clearing", "--month", "november").is(t, exitUsage, "need a month as 2026-11")
	f.run(t, "clearing", "--month", "2026-11", "--programme", "nonesuch.toml").is(t, exitUsage, "nonesuch.toml")
	f.write(t, "punten.toml", version("2"))
	csv := f.run(t, "clearing", "--month", "2026-11", "--csv", "--programme", filepath.Join(string(f), "punten.toml")).is(t, 0)
	if !strings.HasPrefix(csv.out, "line,from,to,wallet,points,amount\n") || !strings.Contains(csv.out, "redeemed,bakker,slager,points,250,") {
		t.Errorf("as CSV:\n%s", csv.out)
	}
	f.run(t, "clearing", "--month", "2026-11", "--json").is(t, 0, `"issuer": "bakker"`, `"points": 250000`, `"reported": ""`)
	f.run(t, "clearing", "--month", "2026-10", "--json").is(t, 0, `"redeemed": []`, `"owed": []`)
}

func TestCausesGetWhatWasGiven(t *testing.T) {
	f := coalition(t)
	f.run(t, "causes", "--from", "2026-11-01", "--until", "2026-11-30").is(t, 0, "asiel", "50", "1.50")
	f.run(t, "causes", "--from", "2026-11-01", "--until", "2026-11-21", "--csv").is(t, 0, "cause,wallet,points,amount")
	f.run(t, "causes", "--from", "2026-11-01", "--until", "2026-11-31").is(t, exitUsage, "--until")
}

func TestExpireBooksWhatLapsedOnce(t *testing.T) {
	f := coalition(t)
	f.run(t, "expire").is(t, 0, "1 lots of 1 accounts")
	f.run(t, "expire").is(t, 0, "0 lots of 0 accounts")
	f.run(t, "expire", "--patience", "0").is(t, exitUsage, "need 1 to 3650")
	f.run(t, "verify").is(t, 0, "verify: ok")
}
