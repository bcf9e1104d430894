package bulletin_test

import (
	"encoding/json"
	"strings"
	"testing"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

func TestWaitingIsWhatHeadOfficeHasNotConfirmed(t *testing.T) {
	cases := []struct {
		name                string
		tip, accepted, want int64
	}{
		{"a new branch", 0, 0, 0},
		{"never sent", 17, 0, 17},
		{"some confirmed", 17, 12, 5},
		{"all confirmed", 17, 17, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := bulletin.SyncState{Tip: ledger.Tip{Seq: c.tip}, Accepted: c.accepted}
			if got := s.Waiting(); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// A terminal that reads a statement takes what is there for the truth: what
// head office does not say must not read as zero.
func TestAStatementSaysNothingItDoesNotMean(t *testing.T) {
	written, err := json.Marshal(bulletin.Statement{
		Account: ledger.Account{1}, Wallets: []bulletin.Balance{{Wallet: "points", Points: 141 * ledger.Unit}}, AsOf: 12,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, absent := range []string{"survivor", "rest", "grants", "identifiers"} {
		if strings.Contains(string(written), absent) {
			t.Errorf("%s stands in %s", absent, written)
		}
	}
	var back bulletin.Statement
	if err := json.Unmarshal(written, &back); err != nil || back.Account != (ledger.Account{1}) || back.Wallets[0].Points != 141_000 || back.AsOf != 12 || back.Survivor != (ledger.Account{}) {
		t.Errorf("got %+v, %v", back, err)
	}
}

// The words go over the line between releases; none may change.
func TestTheWordsOfTheLine(t *testing.T) {
	for word, want := range map[string]string{
		string(bulletin.FullAuthority): "full", string(bulletin.NoAuthority): "none",
		string(bulletin.Normal): "normal", string(bulletin.RolledBack): "rolled_back", string(bulletin.Forked): "forked", string(bulletin.Copied): "copied",
		string(bulletin.Missing): "missing",
		string(bulletin.More):    "more", string(bulletin.UpToDate): "up_to_date",
	} {
		if word != want {
			t.Errorf("got %q, want %q", word, want)
		}
	}
}
