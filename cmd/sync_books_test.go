package cmd_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"zegel/store/office"
	"zegel/syncer"
	"zegel/syncer/headoffice"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/settle"
)

func TestSyncOneCardAtTwoShopsWithoutALineIsOneMember(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("a", nil)
	b, lineB := o.joined("b", nil)
	c, lineC := o.joined("c", nil)
	a.clock, b.clock, c.clock = noon, noon.Add(-time.Hour), noon.Add(time.Hour) // b saw the card first
	a.award("card", 1000)
	b.award("card", 200)
	c.award("card", 30)
	minted := map[*shopJournal]ledger.Account{a: a.accounts["card"], b: b.accounts["card"], c: c.accounts["card"]}
	for _, l := range []*syncer.Syncer{lineA, lineC, lineB} {
		catchUp(t, l)
		o.settle()
	}
	both(t, lineA, lineB, lineC)
	oldest := minted[b]
	for s, mine := range minted {
		acc, found, err := o.db.Account(context.Background(), mine)
		if err != nil || !found || acc.Survivor != oldest || len(acc.Identifiers) != 1 {
			t.Errorf("%s: account %s: %+v, %v", s.name, mine.Short(), acc, err)
		}
		if st := s.told[mine]; s != b && st.Survivor != oldest {
			t.Errorf("%s was told %+v", s.name, st)
		}
		if got := s.has(minted[a]) + s.has(minted[b]) + s.has(minted[c]); got != 1230 {
			t.Errorf("%s shows %v for the member", s.name, got)
		}
	}
	// New entries go to the survivor, and every shop hears of them.
	c.award("card", 4)
	both(t, lineC)
	o.settle()
	both(t, lineA, lineB, lineC)
	if p, _ := o.points(oldest); p != 204 {
		t.Errorf("the survivor has %v", p)
	}
	if got := a.has(oldest); got != 204 {
		t.Errorf("a shows %v for the survivor", got)
	}
}

func TestSyncASecondAwardForOneReceiptIsPostedAndTakenBack(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	a, lineA := o.joined("winkel", nil)
	a.award("card", 1000)
	catchUp(t, lineA)
	b := a.copied("winkel's copy")
	for _, s := range []*shopJournal{a, b} {
		s.mu.Lock()
		s.awardFor("card", 500, "receipt 77") // the till said it to both
		s.mu.Unlock()
	}
	both(t, lineA, o.syncer(b, nil))
	o.settle()
	if p, _ := o.points(a.accounts["card"]); p != 1500 {
		t.Errorf("the account has %v", p)
	}
	var sum ledger.Points
	kinds := make(map[ledger.EntryKind]int)
	for _, e := range feedAll(t, o) {
		sum += e.Entry.Points
		kinds[e.Entry.Kind]++
		if e.Entry.Kind == ledger.Reverse && (e.Key.Record.Terminal != ledger.HeadOffice || e.Entry.Reverses == nil) {
			t.Errorf("taken back by %+v", e)
		}
	}
	if sum != 1500 || kinds[ledger.Earn] != 3 || kinds[ledger.Reverse] != 1 {
		t.Errorf("the feed makes %v of %v", sum, kinds)
	}
	if x := o.exceptions(); x[settle.DuplicateReceipt] != 1 {
		t.Errorf("exceptions %v", x)
	}
}

func TestSyncPoisonIsParkedAndTheStreamGoesOn(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	shop.award("card", 1000)
	account := shop.accounts["card"]
	entry := func(p ledger.Points) []ledger.Entry {
		return []ledger.Entry{{Account: account, Wallet: "points", Kind: ledger.Earn, Points: p, Closed: true}}
	}
	shop.commit(ledger.Draft{Kind: "lottery", Entries: entry(7)})
	shop.commit(ledger.Draft{Kind: ledger.KindAward, Entries: entry(1<<63 - 1)})
	shop.commit(ledger.Draft{Kind: ledger.KindGrant, Grants: []ledger.Grant{{Account: account, Wallet: "points", Points: 1, Terminal: shop.terminal}}, Body: ledger.Body{Account: account}})
	shop.award("card", 200)
	catchUp(t, line)
	o.settle()
	if p, _ := o.points(account); p != 1200 {
		t.Errorf("the account has %v", p)
	}
	x := o.exceptions()
	if x[settle.UnknownKind] != 2 || x[settle.OutOfRange] != 1 {
		t.Errorf("exceptions %v", x)
	}
}

func TestSyncAGrantIsGivenToTheUsualShopAndToNobodySuspected(t *testing.T) {
	o := newOffice(t, grant.DefaultPolicy)
	shop, line := o.joined("winkel", nil)
	shop.award("card", 200_000)
	catchUp(t, line)
	o.settle()
	catchUp(t, line)
	account := shop.accounts["card"]
	p, aside := o.points(account)
	if st := shop.told[account]; p != 200_000 || aside != 100_000 || len(st.Grants) != 1 || st.Grants[0].Points != 100_000 || st.Grants[0].Branch != shop.now().id {
		t.Errorf("%v, %v set aside; told %+v", p, aside, shop.told[account])
	}
	if err := o.db.SetAuthority(context.Background(), shop.terminal, "none", "test"); err != nil {
		t.Fatal(err)
	}
	shop.award("other", 200_000)
	catchUp(t, line)
	o.settle()
	if _, aside := o.points(shop.accounts["other"]); aside != 0 {
		t.Errorf("%v was granted to a terminal that is suspected", aside)
	}
}

func TestSyncTheFeedNeverMissesAnEntryWhateverIsCommittedMeanwhile(t *testing.T) {
	const shops, rounds, each = 4, 12, 15
	o := newOffice(t, grant.Policy{})
	token := "secret token"
	if err := o.db.AddToken(context.Background(), sha256.Sum256([]byte(token)), "bi"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	ctx, stop := context.WithCancel(context.Background())
	var projectors, writers sync.WaitGroup
	for range 2 {
		p := headoffice.NewProjector(o.db, 2*time.Millisecond, zerolog.Nop())
		projectors.Go(func() {
			if err := p.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range shops {
		shop, line := o.joined("winkel "+strconv.Itoa(i), nil)
		writers.Go(func() {
			for range rounds {
				for n := range each {
					shop.award("card "+strconv.Itoa(n), 1)
				}
				if err := line.CatchUp(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	written := make(chan struct{})
	go func() { writers.Wait(); close(written) }()
	seen := make(map[ledger.EntryKey]bool)
	var earned ledger.Points
	cursor, quiet := "", false
	for {
		entries, next, control := o.readFeed(token, cursor, 7)
		for _, e := range entries {
			if seen[e.Key] {
				t.Fatalf("entry %v came twice", e.Key)
			}
			seen[e.Key] = true
			earned += e.Entry.Points
		}
		cursor = next
		if control == "more" {
			continue
		}
		if quiet {
			break
		}
		select {
		case <-written:
			// Everything is in; what the projectors have left comes with one
			// more round.
			if pending, err := o.db.Pending(context.Background(), 1); err != nil {
				t.Fatal(err)
			} else if len(pending) == 0 {
				quiet = true
			}
		default:
		}
	}
	stop()
	projectors.Wait()
	o.settle()
	if all := feedAll(t, o); len(all) != len(seen) || earned != shops*rounds*each {
		t.Errorf("followed %d of %d entries, %v of %d points", len(seen), len(all), earned, shops*rounds*each)
	}
	t.Logf("%d entries from %d writers under 2 projectors in %s", len(seen), shops, time.Since(began).Round(time.Millisecond))
}

// readFeed reads one page of the feed over HTTP.
func (o *testOffice) readFeed(token, after string, limit int) (entries []settle.Posted, next, control string) {
	o.t.Helper()
	r, err := http.NewRequest(http.MethodGet, o.url+"/v1/feed/entries?limit="+strconv.Itoa(limit)+"&after="+url.QueryEscape(after), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", resp.Status
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if bytes.HasPrefix(lines.Bytes(), []byte(`{"cursor"`)) {
			var end struct{ Cursor, Control string }
			if err := json.Unmarshal(lines.Bytes(), &end); err != nil {
				o.t.Fatal(err)
			}
			return entries, end.Cursor, end.Control
		}
		var e settle.Posted
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			o.t.Fatal(err)
		}
		entries = append(entries, e)
	}
	o.t.Fatal("the feed ended without its last line")
	return nil, "", ""
}

func TestSyncTheFeedIsForThoseWithAToken(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	for token, want := range map[string]string{"": "401", "guess": "403"} {
		if _, _, status := o.readFeed(token, "", 1); !strings.HasPrefix(status, want) {
			t.Errorf("token %q: %s", token, status)
		}
	}
	if err := o.db.AddToken(context.Background(), sha256.Sum256([]byte("t")), "bi"); err != nil {
		t.Fatal(err)
	}
	if _, _, status := o.readFeed("t", "nonsense", 1); !strings.HasPrefix(status, "410") {
		t.Errorf("a cursor of no one's: %s", status)
	}
	if _, _, control := o.readFeed("t", "", 1); control != "up_to_date" {
		t.Errorf("an empty feed ends in %q", control)
	}
}

// A dyingBook stops working after some calls that write.
type dyingBook struct {
	*office.DB
	left int
}

var errDead = errors.New("killed")

func (d *dyingBook) die() error {
	if d.left--; d.left < 0 {
		return errDead
	}
	return nil
}

func (d *dyingBook) Project(ctx context.Context, bucket int, load settle.Load) error {
	if err := d.die(); err != nil {
		return err
	}
	return d.DB.Project(ctx, bucket, load)
}

func (d *dyingBook) Projected(ctx context.Context, through map[int]int64) error {
	if err := d.die(); err != nil {
		return err
	}
	return d.DB.Projected(ctx, through)
}

func (d *dyingBook) Errands(ctx context.Context) (int, error) {
	if err := d.die(); err != nil {
		return 0, err
	}
	return d.DB.Errands(ctx)
}

func TestSyncAProjectorThatDiesAnywhereIsGoneOnFrom(t *testing.T) {
	o := newOffice(t, grant.DefaultPolicy)
	var sum ledger.Points
	for i := range 3 {
		shop, line := o.joined("winkel "+strconv.Itoa(i), nil)
		for n := range 40 {
			shop.award("card "+strconv.Itoa(n%9), 1000)
		}
		catchUp(t, line)
		sum += shop.sum()
	}
	deaths := 0
	for left := 0; ; left++ {
		err := headoffice.NewProjector(&dyingBook{o.db, left}, time.Hour, zerolog.Nop()).CatchUp(context.Background())
		o.audit()
		if err == nil {
			break
		}
		if !errors.Is(err, errDead) {
			t.Fatal(err)
		}
		deaths++
	}
	o.settle()
	if o.total() != sum || deaths < 5 {
		t.Errorf("after %d deaths head office has %v, the shops gave %v", deaths, o.total(), sum)
	}
	t.Logf("%d deaths", deaths)
}

func TestSyncTwoProjectorsAtOnceCountOnce(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	var sum ledger.Points
	for i := range 3 {
		shop, line := o.joined("winkel "+strconv.Itoa(i), nil)
		for n := range 300 {
			shop.award("card "+strconv.Itoa(n%50), 1000)
		}
		catchUp(t, line)
		sum += shop.sum()
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := headoffice.NewProjector(o.db, time.Hour, zerolog.Nop()).CatchUp(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	o.settle()
	if o.total() != sum {
		t.Errorf("head office has %v, the shops gave %v", o.total(), sum)
	}
}

func TestSyncEnrolment(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	ctx := context.Background()
	invite := func(replaces ledger.Terminal) string {
		t.Helper()
		code, err := o.server.Invite(ctx, "Winkel 12", replaces)
		if err != nil {
			t.Fatal(err)
		}
		return code.String()
	}
	refused := func(err error, words string) {
		t.Helper()
		var p *wire.Problem
		if !errors.As(err, &p) || p.Type != wire.Refused || !strings.Contains(p.Detail, words) {
			t.Errorf("refused with %v, want words about %q", err, words)
		}
	}
	shop, thief := newShop(t, "winkel"), newShop(t, "thief")
	code := invite(0)

	// The answer is lost; the same call again gives it.
	first := o.application(shop, code)
	cut := &badLine{suffix: "/enrol", after: 1}
	first.Line = syncer.NewClient(cut)
	first.ChainKeys = append(first.ChainKeys, cardKey)
	if _, err := syncer.Enrol(ctx, first); err == nil {
		t.Fatal("the line was to be cut")
	}
	e, err := syncer.Enrol(ctx, first)
	if err != nil || e.Name != "Winkel 12" || !bytes.Equal(e.OfficeKey, officeKey()) || e.Nonce == "" {
		t.Fatalf("enrolled as %+v, %v", e, err)
	}
	if len(e.ChainKeys) != 1 || e.ChainKeys[0] != cardKey {
		t.Errorf("was given %v; the shop's own key must come back", e.ChainKeys)
	}
	_, err = syncer.Enrol(ctx, o.application(thief, code))
	refused(err, "another machine")

	// Another key for the same number needs a code made for it.
	thief.terminal = shop.terminal
	_, err = syncer.Enrol(ctx, o.application(thief, invite(0)))
	refused(err, "another key")
	if _, err := syncer.Enrol(ctx, o.application(thief, invite(shop.terminal))); err != nil {
		t.Errorf("enrol again: %v", err)
	}
	shop.award("card", 1000)
	if err := o.syncer(shop, nil).CatchUp(ctx); err == nil {
		t.Error("the key that was replaced still brings batches")
	}

	// A code is locked after too many tries, and dies of age.
	code = invite(0)
	stranger := newShop(t, "stranger")
	for i := range settle.MaxTries {
		secret := "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[i : i+1]
		_, err := syncer.Enrol(ctx, o.application(stranger, code[:5]+strings.Repeat(secret, 4)+code[9:]))
		refused(err, "wrong")
	}
	_, err = syncer.Enrol(ctx, o.application(stranger, code))
	refused(err, "too often")
	code = invite(0)
	o.clock = o.clock.Add(16 * time.Minute)
	_, err = syncer.Enrol(ctx, o.application(stranger, code))
	refused(err, "time is over")

	// Another head office cannot answer for the one that made the code.
	elsewhere, err := wire.NewCode(chance("x"), publicOf(shop))
	if err != nil {
		t.Fatal(err)
	}
	_, err = syncer.Enrol(ctx, o.application(stranger, elsewhere.String()))
	if err == nil || !strings.Contains(err.Error(), "not the head office") {
		t.Errorf("another office's answer: %v", err)
	}
}

func TestSyncATerminalThatWasShutOutKeepsItsRecords(t *testing.T) {
	o := newOffice(t, grant.Policy{})
	shop, line := o.joined("winkel", nil)
	if err := o.db.Revoke(context.Background(), shop.terminal, true); err != nil {
		t.Fatal(err)
	}
	shop.award("card", 1000)
	if err := line.CatchUp(context.Background()); err == nil || line.Status().Alarm == "" {
		t.Errorf("answered %v, alarm %q", err, line.Status().Alarm)
	}
	if err := o.db.Revoke(context.Background(), shop.terminal, false); err != nil {
		t.Fatal(err)
	}
	catchUp(t, line)
	o.settle()
	if o.total() != 1000 {
		t.Errorf("head office has %v", o.total())
	}
}
