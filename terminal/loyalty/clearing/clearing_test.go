package clearing_test

import (
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/clearing"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
)

var rules = programme.Rules{
	Wallets: []programme.Wallet{{Name: "points", Worth: 1000}, {Name: "stamps"}},
	Partners: []programme.Partner{
		{Name: "bakker", Clears: map[ledger.Wallet]basket.Money{"points": 800}},
		{Name: "slager"},
	},
}

func spent(kind ledger.EntryKind, issuer, at string, p ledger.Points) ledger.Entry {
	return ledger.Entry{Wallet: "points", Kind: kind, Points: -p, Issuer: issuer, At: at}
}

func back(of ledger.Entry, p ledger.Points) clearing.Line {
	return clearing.Line{Entry: ledger.Entry{Wallet: of.Wallet, Kind: ledger.Reverse, Points: p}, Of: &of}
}

func add(t *testing.T, lines ...clearing.Line) *clearing.Book {
	t.Helper()
	b := new(clearing.Book)
	for _, l := range lines {
		if err := b.Add(l); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestWhoOwesWhom(t *testing.T) {
	atSlager := spent(ledger.Redeem, "bakker", "slager", 100_000)
	cases := []struct {
		name  string
		lines []clearing.Line
		owed  []clearing.Owed
	}{
		{"the issuer pays where it was spent, at its own rate", []clearing.Line{{Entry: atSlager}}, []clearing.Owed{owes("bakker", "slager", 80)}},
		{"who has no rate goes by what the wallet is worth", []clearing.Line{{Entry: spent(ledger.Redeem, "slager", "", 100_000)}}, []clearing.Owed{owes("slager", "", 100)}},
		{"nobody owes for what is spent where it was issued", []clearing.Line{{Entry: spent(ledger.Redeem, "bakker", "bakker", 100_000)}}, nil},
		{"what is owed in turn comes off", []clearing.Line{{Entry: atSlager}, {Entry: spent(ledger.Redeem, "slager", "bakker", 30_000)}}, []clearing.Owed{owes("bakker", "slager", 50)}},
		{"what is taken back nets out, whatever its own entry says", []clearing.Line{{Entry: atSlager}, back(atSlager, 100_000)}, nil},
		{"more taken back in the month than spent turns it round", []clearing.Line{back(atSlager, 100_000)}, []clearing.Owed{owes("slager", "bakker", 80)}},
		{"the owner gets what is donated, and pays the cause", []clearing.Line{{Entry: spent(ledger.Donate, "bakker", "cause:voedselbank", 10_000)}}, []clearing.Owed{owes("bakker", "", 8)}},
		{"half a cent is a cent", []clearing.Line{{Entry: spent(ledger.Redeem, "", "slager", 500)}}, []clearing.Owed{owes("", "slager", 1)}},
		{"points that change wallet are spent there", []clearing.Line{{Entry: spent(ledger.Convert, "bakker", "slager", 10_000)}}, []clearing.Owed{owes("bakker", "slager", 8)}},
		{"a counter is nobody's points", []clearing.Line{{Entry: ledger.Entry{Wallet: "cap/base/points/day", Kind: ledger.Redeem, Points: -1000, Issuer: "bakker"}}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := add(t, c.lines...).Statement(clearing.RateOf(rules))
			if err != nil || len(s.Owed) != len(c.owed) {
				t.Fatal(s.Owed, err)
			}
			for i, o := range c.owed {
				if s.Owed[i] != o {
					t.Errorf("owed %+v, want %+v", s.Owed[i], o)
				}
			}
		})
	}
}

func TestWithoutARateThereArePointsOnly(t *testing.T) {
	b := add(t, clearing.Line{Entry: spent(ledger.Redeem, "bakker", "slager", 1000)},
		clearing.Line{Entry: ledger.Entry{Wallet: "stamps", Kind: ledger.Redeem, Points: -1000, Issuer: "bakker"}})
	for name, rate := range map[string]clearing.Rate{"nobody says": clearing.Unpriced, "a wallet without worth": clearing.RateOf(rules)} {
		s, err := b.Statement(rate)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Redeemed {
			if (r.Worth == nil) != (name == "nobody says" || r.Wallet == "stamps") {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func TestWhatBecameOfAPartnersPoints(t *testing.T) {
	earned := ledger.Entry{Wallet: "points", Kind: ledger.Earn, Points: 90_000, Issuer: "bakker"}
	b := add(t, clearing.Line{Entry: earned}, clearing.Line{Entry: ledger.Entry{Wallet: "points", Kind: ledger.Bonus, Points: 5000, Issuer: "bakker"}},
		back(earned, -20_000), clearing.Line{Entry: spent(ledger.Redeem, "bakker", "", 10_000)}, clearing.Line{Entry: spent(ledger.Expire, "bakker", "", 4000)})
	s, err := b.Statement(clearing.Unpriced)
	if err != nil || len(s.Issued) != 1 || s.Issued[0] != (clearing.Issued{Issuer: "bakker", Wallet: "points", Issued: 75_000, Redeemed: 10_000, Lapsed: 4000}) {
		t.Errorf("%+v, %v", s.Issued, err)
	}
}

func TestACauseGetsWhatWasGivenLessWhatCameBack(t *testing.T) {
	gift := clearing.Line{Entry: spent(ledger.Donate, "", "cause:voedselbank", 3000), Amount: 100}
	b := add(t, gift, clearing.Line{Entry: spent(ledger.Donate, "", "cause:asiel", 1000), Amount: 20},
		clearing.Line{Entry: ledger.Entry{Wallet: "points", Kind: ledger.Reverse, Points: 1000}, Of: &gift.Entry, OfAmount: gift.Amount})
	got, err := b.Causes()
	if err != nil || len(got) != 2 || got[0] != (clearing.Cause{Cause: "asiel", Wallet: "points", Points: 1000, Amount: 20}) || got[1] != (clearing.Cause{Cause: "voedselbank", Wallet: "points", Points: 2000, Amount: 67}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// Whatever is spent and taken back anywhere, nothing is made or lost between
// the partners, and what each pays and gets is its net.
func TestNothingIsMadeOrLostBetweenPartners(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partner := rapid.SampledFrom([]string{"", "bakker", "slager", "kaasboer"})
		var b clearing.Book
		for range rapid.IntRange(0, 20).Draw(t, "lines") {
			p := ledger.Points(rapid.Int64Range(1, 1_000_000).Draw(t, "points"))
			l := clearing.Line{Entry: spent(ledger.Redeem, partner.Draw(t, "issuer"), partner.Draw(t, "at"), p)}
			if rapid.Bool().Draw(t, "taken back") {
				l = back(l.Entry, p)
			}
			if err := b.Add(l); err != nil {
				t.Fatal(err)
			}
		}
		s, err := b.Statement(clearing.RateOf(rules))
		if err != nil {
			t.Fatal(err)
		}
		nets, sum := make(map[string]basket.Money), basket.Money(0)
		for _, o := range s.Owed {
			if o.Amount <= 0 || o.Debtor == o.Creditor {
				t.Errorf("owed %+v", o)
			}
			nets[o.Debtor] -= o.Amount
			nets[o.Creditor] += o.Amount
		}
		for _, n := range s.Nets {
			sum += n.Amount
			if nets[n.Partner] != n.Amount {
				t.Errorf("%q gets %d and pays and gets %d", n.Partner, n.Amount, nets[n.Partner])
			}
		}
		if sum != 0 {
			t.Errorf("the nets come to %d: %+v", sum, s.Nets)
		}
	})
}

func owes(debtor, creditor string, amount basket.Money) clearing.Owed {
	return clearing.Owed{Debtor: debtor, Creditor: creditor, Amount: amount}
}
