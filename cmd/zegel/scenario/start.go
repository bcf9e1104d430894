package scenario

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/scenario"
	"zegel/terminal/loyalty/tier"
)

// begin gives every member what they begin with: whoever brought another one
// in is there first.
func (w *world) begin() error {
	starts := map[string]scenario.Start{scenario.Member: w.script.Start}
	maps.Copy(starts, w.script.Members)
	there := make(map[string]ledger.Account)
	var arrive func(name string, waiting []string) error
	arrive = func(name string, waiting []string) error {
		if _, done := there[name]; done {
			return nil
		}
		start := starts[name]
		if start.Referrer != "" {
			if slices.Contains(waiting, start.Referrer) || start.Referrer == name {
				return fmt.Errorf("%s and %s brought each other in", name, start.Referrer)
			}
			if err := arrive(start.Referrer, append(waiting, name)); err != nil {
				return err
			}
		}
		account, err := w.give(name, start, there[start.Referrer], slices.ContainsFunc(slices.Collect(maps.Values(starts)), func(o scenario.Start) bool { return o.Referrer == name }))
		there[name] = account
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(starts)) {
		if err := arrive(name, nil); err != nil {
			return err
		}
	}
	return nil
}

// give posts what a member begins with: an enrolment, or points from before.
// Who begins with nothing is not there yet, and is only seen with the first
// step; needed says that another one needs the account.
func (w *world) give(name string, start scenario.Start, referrer ledger.Account, needed bool) (ledger.Account, error) {
	subject, err := w.subject(name)
	if err != nil {
		return ledger.Account{}, err
	}
	m := w.moment()
	entries := w.opening(start, m.Day)
	enrolled := start.Member || start.Name != "" || start.Birthday != "" || start.Referrer != ""
	if len(entries) == 0 && !enrolled && !needed {
		return ledger.Account{}, nil
	}
	kind := ledger.KindAdjust
	if enrolled {
		kind = ledger.KindEnrol
	}
	key := "start/" + name
	req := ledger.Request{Key: key, Digest: sha256.Sum256([]byte(key)), Subjects: []ledger.Subject{subject}}
	at, err := w.site(cmp.Or(w.script.Shop, scenario.DefaultShop))
	if err != nil {
		return ledger.Account{}, err
	}
	posted, err := at.DB.Post(w.ctx, req, func(v ledger.View) (ledger.Posting, error) {
		account := v.Holdings[0].Account
		own := slices.Clone(entries)
		for i := range own {
			own[i].Account, own[i].Closed = account, v.Alone
		}
		body := ledger.Body{Account: account, Identifiers: subject.Identifiers, Mode: ledger.Scanned, Note: "start"}
		if enrolled {
			body.Name, body.Birthday, body.Referrer = cmp.Or(start.Name, name), start.Birthday, referrer
		}
		return ledger.Posting{Draft: ledger.Draft{Kind: kind, Rules: w.rules.Version, Moment: m, Entries: own, Body: body}}, nil
	})
	return posted.Body.Account, err
}

// opening is what a start comes to as entries.
func (w *world) opening(start scenario.Start, day ledger.Day) []ledger.Entry {
	var entries []ledger.Entry
	add := func(wallet ledger.Wallet, l ledger.Lot) {
		if l.Points != 0 {
			entries = append(entries, ledger.Entry{
				Wallet: wallet, Kind: ledger.Adjust, Points: l.Points, Expires: l.Expires, Vests: l.Vests, Issuer: l.Issuer,
			})
		}
	}
	for _, wallet := range slices.Sorted(maps.Keys(start.Balance)) {
		for _, l := range start.Balance[wallet] {
			add(scenario.WalletOf(wallet, w.rules), scenario.LotOf(l))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(start.Count)) {
		counter, _ := scenario.Counter(name, w.rules)
		add(counter, ledger.Lot{Points: scenario.Points(start.Count[name]), Expires: w.countedUntil(name, day)})
	}
	for _, h := range start.Tier {
		for _, l := range w.rules.Ladders {
			at := slices.IndexFunc(l.Levels, func(v programme.Level) bool { return v.Name == h.Name })
			switch {
			case at < 0:
			case l.Keeps && h.Until != "":
				add(l.Mark(h.Name), ledger.Lot{Points: ledger.Unit, Expires: ledger.Day(h.Until)})
			case l.Keeps:
				entries = append(entries, tier.Marks(l, at, ledger.Account{}, day)...)
			default: // it goes by the count alone
				if start.Count[l.Name] == "" {
					add(l.CountOf(), ledger.Lot{Points: l.Levels[at].From, Expires: cmp.Or(ledger.Day(h.Until), l.Window.Last(day))})
				}
			}
		}
	}
	for _, h := range start.Club {
		for _, c := range w.rules.Clubs {
			if c.Name == h.Name {
				add(c.Mark(), ledger.Lot{Points: ledger.Unit, Expires: cmp.Or(ledger.Day(h.Until), c.Lasts.Within(day))})
			}
		}
	}
	return entries
}

// countedUntil is how long what is done on a day counts for a ladder or segment.
func (w *world) countedUntil(name string, day ledger.Day) ledger.Day {
	for _, l := range w.rules.Ladders {
		if l.Name == name {
			return l.Window.Last(day)
		}
	}
	for _, s := range w.rules.Segments {
		if s.Name == name {
			return programme.After(day, s.Days-1)
		}
	}
	return ""
}
