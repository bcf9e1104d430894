package slipcode_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/slipcode"
)

func chainKey(t testing.TB, b byte) member.ChainKey {
	t.Helper()
	key, err := member.NewChainKey(bytes.Repeat([]byte{b}, member.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sale() slipcode.Sale {
	account := ledger.Account{0xac, 1}
	return slipcode.Sale{
		Record: ledger.Key{Terminal: 0x0123456789abcdef, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 17}, Day: "2026-11-22",
		Kind: ledger.KindAward, Account: account, Currency: "EUR", Total: 23_45, Net: true,
		Entries: []slipcode.Entry{
			{Line: 1, Account: account, Wallet: "points", Kind: ledger.Redeem, Points: -500_000},
			{Line: 2, Account: ledger.Account{0xbb}, Wallet: "points", Kind: ledger.Redeem, Points: -20_000},
			{Line: 3, Account: account, Wallet: "points", Kind: ledger.Earn, Points: 18_000, Rest: ledger.Fraction{Num: 250, Den: 3}},
			{Line: 4, Account: account, Wallet: "stamps", Kind: ledger.Earn, Points: 3_000, Rest: ledger.Fraction{Num: -1, Den: 2}},
		},
		Redeemed: []slipcode.Redeemed{{Wallet: "points", Points: 520_000, Off: 5_20}},
	}
}

func bearer() slipcode.Bearer {
	return slipcode.Bearer{
		Code: slipcode.Code{1, 2, 3, 0xff}, Record: ledger.Key{Terminal: 7, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 300},
		Account: ledger.Account{0xac}, Until: "2026-12-06",
	}
}

func voucher() slipcode.Voucher {
	return slipcode.Voucher{
		Account: ledger.Account{0xac, 2}, Record: ledger.Key{Terminal: 7, Branch: ledger.Branch{0xa1, 0xb2}, Seq: 300},
		Reward: "€ 5,00 korting", Times: 2, Worth: 10_00, Currency: "EUR", Until: "2026-12-22",
	}
}

// The codes are on paper in people's hands: these texts are read for ever.
const (
	goldenSale    = "ZR1:C77FXFX3FQVPEAJDIVTYTK6N56Q3EAAAAAAAAAAAAAAAAAAAAAABDVWEAIA2YAIAAAAAAAAAAAAAAAAAAAAAARKVKKUREAQGOBXWS3TUOMDHG5DBNVYHGBABAMAL7BB5AABEHOYAAAAAAAAAAAAAAAAAAAAAAAAAX64AEAADAEAKBGIC6QBQGBABAHYC4AICAEAMBXQ7RACFUCBS7PJI5MJCOTGTXQTXCSMEU"
	goldenBearer  = "ZS1:C77FXFX3FQVPEAICAP7QAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD2DMQAAAAAAAAAAAAAAAAAAAAABLACVQAAAAAAAAAAAAAAAAAAAAAAADZMIATEHCR42UOZLYLXKMEHOF7NIQ42"
	goldenVoucher = "ZV1:C77FXFX3FQVPFLACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD2DMQAAAAAAAAAAAAAAAAAAAAABLACCDRIFLBAGUWDAMBANNXXE5DJNZTQF2AHIVKVFEWFAKTYCBZERBEXWHUIVJH7O5O2QUQQ"
)

func TestCodesOnPaperAreReadForEver(t *testing.T) {
	key := chainKey(t, 7)
	text, err := sale().Encode(key)
	if err != nil || text != goldenSale {
		t.Errorf("got %v, %s", err, text)
	}
	if got, err := slipcode.ParseSale(goldenSale, []member.ChainKey{key}); err != nil || !reflect.DeepEqual(got, sale()) {
		t.Errorf("got %v, %+v", err, got)
	}
	text, err = bearer().Encode(key)
	if err != nil || text != goldenBearer {
		t.Errorf("got %v, %s", err, text)
	}
	if got, err := slipcode.ParseBearer(goldenBearer, []member.ChainKey{key}); err != nil || got != bearer() {
		t.Errorf("got %v, %+v", err, got)
	}
	text, err = voucher().Encode(key)
	if err != nil || text != goldenVoucher {
		t.Errorf("got %v, %s", err, text)
	}
	if got, err := slipcode.ParseVoucher(goldenVoucher, []member.ChainKey{key}); err != nil || got != voucher() {
		t.Errorf("got %v, %#v", err, got)
	}
}

func TestAVoucherThatIsNoneIsNotWritten(t *testing.T) {
	for name, change := range map[string]func(*slipcode.Voucher){
		"no reward": func(v *slipcode.Voucher) { v.Reward = "" }, "a long one": func(v *slipcode.Voucher) { v.Reward = strings.Repeat("x", 65) },
		"never": func(v *slipcode.Voucher) { v.Times = 0 }, "a debt": func(v *slipcode.Voucher) { v.Worth = -1 },
		"no currency": func(v *slipcode.Voucher) { v.Currency = "" }, "no day": func(v *slipcode.Voucher) { v.Until = "" },
	} {
		v := voucher()
		change(&v)
		if text, err := v.Encode(chainKey(t, 7)); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestACodeIsReadUnderAnyKeyThatIsKnown(t *testing.T) {
	older, newer, strange := chainKey(t, 7), chainKey(t, 8), chainKey(t, 9)
	for _, c := range []struct {
		keys []member.ChainKey
		want error
	}{
		{[]member.ChainKey{older}, nil}, {[]member.ChainKey{newer, older}, nil},
		{[]member.ChainKey{newer, strange}, slipcode.ErrForged}, {nil, slipcode.ErrForged},
	} {
		if _, err := slipcode.ParseSale(goldenSale, c.keys); !errors.Is(err, c.want) {
			t.Errorf("under %v: got %v", c.keys, err)
		}
		if _, err := slipcode.ParseBearer(goldenBearer, c.keys); !errors.Is(err, c.want) {
			t.Errorf("under %v: got %v", c.keys, err)
		}
		if _, err := slipcode.ParseVoucher(goldenVoucher, c.keys); !errors.Is(err, c.want) {
			t.Errorf("under %v: got %v", c.keys, err)
		}
	}
}

// Neither a changed letter nor one code in the place of another is believed.
func TestAChangedCodeIsRefused(t *testing.T) {
	keys := []member.ChainKey{chainKey(t, 7)}
	for i := range goldenSale {
		for _, c := range "AZ27:" {
			changed := goldenSale[:i] + string(c) + goldenSale[i+1:]
			if changed == goldenSale {
				continue
			}
			if s, err := slipcode.ParseSale(changed, keys); err == nil {
				t.Fatalf("letter %d changed: read as %+v", i, s)
			}
		}
	}
	for _, text := range []string{
		"", "ZR1:", "ZS1:", "A1B2-17", "2900000000017", goldenSale[:40], goldenSale + "A", goldenSale + "=", "ZR2:" + goldenSale[4:],
		slipcode.SalePrefix + goldenBearer[4:], strings.Repeat("A", 10_000), slipcode.SalePrefix + strings.Repeat("A", 10_000),
	} {
		if _, err := slipcode.ParseSale(text, keys); err == nil {
			t.Errorf("%.40q is taken for a sale's", text)
		}
		if _, err := slipcode.ParseBearer(text, keys); err == nil {
			t.Errorf("%.40q is taken for a bearer slip's", text)
		}
	}
	for i := range goldenVoucher {
		for _, c := range "AZ27:" {
			if changed := goldenVoucher[:i] + string(c) + goldenVoucher[i+1:]; changed != goldenVoucher {
				if v, err := slipcode.ParseVoucher(changed, keys); err == nil {
					t.Fatalf("letter %d changed: read as %#v", i, v)
				}
			}
		}
	}
	if _, err := slipcode.ParseVoucher(slipcode.VoucherPrefix+goldenBearer[4:], keys); !errors.Is(err, slipcode.ErrForged) {
		t.Errorf("a bearer slip's code as a voucher's: %v", err)
	}
	if _, err := slipcode.ParseBearer(slipcode.BearerPrefix+goldenSale[4:], keys); !errors.Is(err, slipcode.ErrForged) {
		t.Errorf("a sale's code as a bearer slip's: %v", err)
	}
}

func TestACodeIsReadAsScannersSendIt(t *testing.T) {
	keys := []member.ChainKey{chainKey(t, 7)}
	for _, text := range []string{strings.ToLower(goldenSale), " " + goldenSale + "\r"} {
		if got, err := slipcode.ParseSale(text, keys); err != nil || !reflect.DeepEqual(got, sale()) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if !slipcode.IsVoucher(" "+strings.ToLower(goldenVoucher)) || slipcode.IsVoucher(goldenSale) || slipcode.Written(" "+strings.ToLower(goldenVoucher)) != goldenVoucher {
		t.Error("a voucher's code is told by its beginning")
	}
	for text, want := range map[string]bool{
		goldenSale: true, goldenBearer: true, goldenVoucher: true, "zv1:a": true, "zr9:x": true, " ZS1:ABC": true,
		"ZR1": false, "ZX1:A": false, "ZR1A": false, "A1B2-17": false, "": false, "8710400000013": false, "ZRR:A": false,
	} {
		if slipcode.Is(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}

// A QR code in alphanumeric mode holds nothing else, and 58 mm of paper no more
// than 300 of it.
func TestTheUsualCodesFitOnPaper(t *testing.T) {
	const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	longest := voucher()
	longest.Reward, longest.Times, longest.Worth, longest.Record.Seq = strings.Repeat("W", 64), 1<<20, basket.MaxAmount, 1<<40-1
	text, err := longest.Encode(chainKey(t, 7))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{goldenSale, goldenBearer, goldenVoucher, text} {
		if strings.Trim(text, alphanumeric) != "" || len(text) > 300 {
			t.Errorf("%d letters: %s", len(text), text)
		}
	}
}

func TestABearersCodeIsNeverPrintedOut(t *testing.T) {
	b := bearer()
	ids := b.Code.Identifiers([]member.ChainKey{chainKey(t, 7), chainKey(t, 8)})
	if len(ids) != 2 || ids[0].Kind != member.KindSlip || ids[0].Ref == ids[1].Ref || ids[0].Ref.Key != chainKey(t, 7).ID() {
		t.Errorf("got %+v", ids)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %s %#v", voucher(), voucher(), voucher(), voucher()), fmt.Sprint(b.Code), fmt.Sprintf("%v %+v %s %#v", b, b, b.Code, b.Code)} {
		if strings.Contains(text, "AEBAH7") || strings.Contains(strings.ToLower(text), "0102") || strings.Contains(text, "255") {
			t.Errorf("it prints as %s", text)
		}
	}
}

func draw(t *rapid.T) slipcode.Sale {
	wallet := rapid.SampledFrom([]ledger.Wallet{"points", "stamps", "a_rather_long_name_for_a_wallet"})
	account := rapid.SampledFrom([]ledger.Account{{1}, {2}, {3}})
	s := slipcode.Sale{
		Record: ledger.Key{
			Terminal: ledger.Terminal(rapid.Int64Min(0).Draw(t, "terminal")), Branch: ledger.Branch{byte(rapid.Byte().Draw(t, "branch"))},
			Seq: rapid.Int64Min(1).Draw(t, "seq"),
		},
		Day: "2026-11-22", Kind: rapid.SampledFrom([]ledger.Kind{ledger.KindAward, ledger.KindMove}).Draw(t, "kind"),
		Account: account.Draw(t, "account"), Currency: "EUR", Total: basket.Money(rapid.Int64Range(0, int64(basket.MaxAmount)).Draw(t, "total")),
		Net: rapid.Bool().Draw(t, "net"),
	}
	line := 0
	for range rapid.IntRange(0, 6).Draw(t, "entries") {
		line += rapid.IntRange(1, 3).Draw(t, "line")
		rest, err := ledger.NewFraction(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "num"), rapid.Int64Range(1, 1000).Draw(t, "den"))
		if err != nil {
			t.Fatal(err)
		}
		s.Entries = append(s.Entries, slipcode.Entry{
			Line: line, Account: account.Draw(t, "whose"), Wallet: wallet.Draw(t, "wallet"), Points: ledger.Points(rapid.Int64().Draw(t, "points")), Rest: rest,
			Kind: rapid.SampledFrom([]ledger.EntryKind{ledger.Earn, ledger.Bonus, ledger.Redeem, ledger.Move}).Draw(t, "entry"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(t, "rewards") {
		s.Redeemed = append(s.Redeemed, slipcode.Redeemed{
			Wallet: wallet.Draw(t, "of"), Points: ledger.Points(rapid.Int64Min(0).Draw(t, "cost")), Off: basket.Money(rapid.Int64Range(0, 1_000_00).Draw(t, "off")),
		})
	}
	return s
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	keys := []member.ChainKey{chainKey(t, 8), chainKey(t, 7)}
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t)
		text, err := s.Encode(keys[1])
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 1000 { // more than any slip has room for
			return
		}
		if got, err := slipcode.ParseSale(text, keys); err != nil || !reflect.DeepEqual(got, s) {
			t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, s)
		}
	})
}

// What is read of a record's code is that record, as far as a return needs it.
func TestTheCodeOfARecordTellsTheRecord(t *testing.T) {
	s := sale()
	d := ledger.Draft{Kind: ledger.KindAward, Moment: ledger.Moment{Day: "2026-11-22"}, Body: ledger.Body{
		Account: s.Account, Basket: &basket.Basket{Currency: "EUR", Total: 23_45, Lines: []basket.Line{{Amount: 23_45}}},
		Reasons: []ledger.Reason{
			{Code: redeem.ReasonRedeemed, Rule: "Korting", Wallet: "points", Points: -520_000, Amount: 5_20},
			{Code: "rate", Rule: "base", Wallet: "points", Points: 18_250, Amount: 18_25},
		},
	}}
	for _, e := range s.Entries {
		d.Entries = append(d.Entries, ledger.Entry{Account: e.Account, Wallet: e.Wallet, Kind: e.Kind, Points: e.Points, Rest: e.Rest})
	}
	got, err := slipcode.Of(s.Record, d)
	if err != nil || !reflect.DeepEqual(got, s) {
		t.Fatalf("got %v, %+v", err, got)
	}
	back := got.Sale().Original
	if back.Head.Key() != s.Record || !reflect.DeepEqual(back.Head.Entries, d.Entries) || back.Body.Basket.Total != 23_45 {
		t.Errorf("got %+v", back)
	}
	d.Kind = ledger.KindReturn
	if _, err := slipcode.Of(s.Record, d); err == nil {
		t.Error("a return got the code of a sale")
	}
}

// The entries of a move keep their numbers, for those are what a return names.
func TestTheCodeOfAMoveKeepsItsNumbers(t *testing.T) {
	d := ledger.Draft{Kind: ledger.KindMove, Moment: ledger.Moment{Day: "2026-11-22"}, Entries: []ledger.Entry{
		{Account: ledger.Account{1}, Wallet: "points", Kind: ledger.Reverse, Points: -5000},
		{Account: ledger.Account{2}, Wallet: "points", Kind: ledger.Move, Points: 5000},
	}, Body: ledger.Body{Account: ledger.Account{2}, Basket: &basket.Basket{Currency: "EUR", Total: 5_00}}}
	s, err := slipcode.Of(ledger.Key{Terminal: 1, Seq: 9}, d)
	if err != nil || len(s.Entries) != 1 || s.Entries[0].Line != 2 {
		t.Fatalf("got %v, %+v", err, s)
	}
	if e := s.Sale().Original.Head.Entries; len(e) != 2 || !reflect.DeepEqual(e[1], d.Entries[1]) || e[0].Kind != ledger.Reverse {
		t.Errorf("got %+v", e)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(goldenSale)
	f.Add(goldenBearer)
	f.Add(goldenVoucher)
	keys := []member.ChainKey{chainKey(f, 7)}
	f.Fuzz(func(t *testing.T, text string) {
		written := strings.ToUpper(strings.TrimSpace(text))
		if s, err := slipcode.ParseSale(text, keys); err == nil {
			if again, err := s.Encode(keys[0]); err != nil || again != written {
				t.Errorf("%q was read as %q, %v", text, again, err)
			}
		}
		if b, err := slipcode.ParseBearer(text, keys); err == nil {
			if again, err := b.Encode(keys[0]); err != nil || again != written {
				t.Errorf("%q was read as %q, %v", text, again, err)
			}
		}
		if v, err := slipcode.ParseVoucher(text, keys); err == nil {
			if again, err := v.Encode(keys[0]); err != nil || again != written {
				t.Errorf("%q was read as %q, %v", text, again, err)
			}
		}
	})
}
