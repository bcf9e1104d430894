package terminal

import (
	"context"
	"fmt"
	"time"

	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/redeem"
	"zegel/terminal/loyalty/session"
)

// Restore puts the lane's last sale back on the screen after the daemon was
// started anew, as long as it would still be there: so that it can be undone,
// and nobody types it again.
func (d *Desk) Restore(ctx context.Context) error {
	d.talk.Lock()
	defer d.talk.Unlock()
	m := d.begin()
	sale, found, err := d.cfg.Store.LastSale(ctx, d.cfg.Lane)
	if err != nil {
		return fmt.Errorf("find the last sale of lane %s: %w", d.cfg.Lane, err)
	}
	body := sale.Original.Body
	if !found || body == nil || len(sale.Later) > 0 || d.session.State() != session.Free {
		return nil
	}
	who := session.Customer{Identifiers: body.Identifiers, Account: body.Account, Mode: body.Mode}
	if who.Holding, err = d.cfg.Store.Look(ctx, ledger.Subject{Account: body.Account}); err != nil {
		return fmt.Errorf("look up who bought last at lane %s: %w", d.cfg.Lane, err)
	}
	bearer := len(body.Identifiers) > 0 && body.Identifiers[0].Kind == member.KindSlip
	nobody := redeem.OfNobody(sale.Original)
	if bearer || nobody {
		who = session.Customer{}
	}
	answer := session.AnswerTo(ledger.Posted{Record: ledger.Sealed{Head: sale.Original.Head}, Body: *body}, who.Holding)
	counter := d.counter("", "")
	answer = counter.Told(answer, who.Holding, m)
	f := d.facts(m, session.Operator{})
	next := session.Restored(answer, who, !bearer && !nobody, bearer, time.UnixMilli(sale.Original.Head.At), f)
	if ended := next.Tick(f); ended.State() != session.Done {
		return nil
	}
	d.settle(m, next, ledger.HoldID{})
	return nil
}
