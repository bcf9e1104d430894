package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zegel/cmd/zegel/show"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
	"zegel/terminal/loyalty/programme"
	"zegel/terminal/loyalty/words"
)

func newMember(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use: "member", Short: "Look members up, and move what they hold",
		Long: "Showing and finding reads the database as it is at one moment, also while the\ndaemon runs, and changes nothing; the others ask the daemon. Card and telephone\nnumbers are never shown beyond their last four signs. What is typed on a command\nline stays in the shell's history: show takes - and reads from standard input.",
	}
	cmd.AddCommand(newMemberShow(o), newMemberFind(o), newMemberStatement(o), newMemberMerge(o), newMemberReplace(o), newMemberImport(o))
	return cmd
}

func newMemberShow(o *options) *cobra.Command {
	var asJSON bool
	var lang string
	var limit int
	cmd := &cobra.Command{
		Use: "show CARD|PHONE|CODE|-", Short: "Show what a member holds, and why", Args: cobra.ExactArgs(1),
		Long: "CODE is the reference on a slip of theirs. Exit 1: nobody is known by it.",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := typedNumber(cmd, args[0])
			if err != nil {
				return err
			}
			r, err := o.openReader(cmd.Context(), lang)
			if err != nil {
				return err
			}
			defer r.close()
			keys, err := o.knownKeys()
			if err != nil {
				return err
			}
			m, err := r.member(cmd.Context(), text, keys, limit)
			if err != nil {
				return err
			}
			if asJSON {
				return show.JSON(cmd.OutOrStdout(), m)
			}
			return m.tell(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().StringVar(&lang, "lang", "", languagesFlag)
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many records, the newest ones")
	return cmd
}

// typedNumber is what names a member: - is read from standard input.
func typedNumber(cmd *cobra.Command, text string) (string, error) {
	if text != "-" {
		return text, nil
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 1024)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", &exit{exitInternal, fmt.Errorf("read the number: %w", err)}
	}
	return strings.TrimSpace(line), nil
}

func newMemberFind(o *options) *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use: "find NAME", Short: "Find members by name", Args: cobra.MinimumNArgs(1),
		Long: "Each word must begin a word of the member's name. Exit 1: nobody was found.",
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := o.openReader(cmd.Context(), "")
			if err != nil {
				return err
			}
			defer r.close()
			found, err := r.db.FindMembers(cmd.Context(), strings.Join(args, " "), limit)
			if err != nil {
				return &exit{exitInternal, err}
			}
			list := make([]foundMember, 0, len(found))
			for _, f := range found {
				list = append(list, foundMember{f.Account, f.Profile.Name, f.Mask, f.Profile.Since})
			}
			if asJSON {
				err = show.JSON(cmd.OutOrStdout(), map[string]any{"members": list})
			} else {
				rows := make([][]string, 0, len(list))
				for _, f := range list {
					rows = append(rows, []string{plainText(f.Name), plainText(f.Card), string(f.Since), f.Account.Short()})
				}
				err = show.Table(cmd.OutOrStdout(), rows)
			}
			if err == nil && len(list) == 0 {
				err = &exit{exitProblems, errors.New("nobody was found")}
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	cmd.Flags().IntVar(&limit, "limit", 20, "at most so many members")
	return cmd
}

// A foundMember is one line of a search.
type foundMember struct {
	Account ledger.Account `json:"account"`
	Name    string         `json:"name"`
	Card    string         `json:"card"` // masked
	Since   ledger.Day     `json:"member_since"`
}

// knownKeys are the chain keys there are; reading never makes one.
func (o *options) knownKeys() ([]member.ChainKey, error) {
	cfg, err := o.load()
	if err != nil {
		return nil, err
	}
	s := secrets{folder: cfg.Store.Secrets}
	made, err := s.hasChainKeys()
	if err != nil {
		return nil, &exit{exitNotAllowed, fmt.Errorf("read the chain key: %w; run this as the user of the service", err)}
	}
	if !made {
		return nil, &exit{exitUnavailable, errors.New("this shop has no chain key yet: it has no members")}
	}
	keys, err := s.chainKeys()
	if err != nil {
		return nil, &exit{exitNotAllowed, err}
	}
	return keys, nil
}

// A memberView is all there is to say of a member.
type memberView struct {
	Account  ledger.Account `json:"account"`
	Card     string         `json:"card,omitempty"` // masked
	Name     string         `json:"name,omitempty"`
	Enrolled bool           `json:"enrolled"`
	Since    ledger.Day     `json:"member_since,omitempty"`
	// Known is false where the member may hold more elsewhere: what stands in
	// Balance is then only what is seen here.
	Known   bool            `json:"balance_known"`
	AsOf    ledger.Stamp    `json:"balance_as_of,omitempty"` // milliseconds since 1970 UTC; 0 in a shop alone
	Balance []memberBalance `json:"balance"`
	// SetAsides are what only this shop may spend without a line.
	SetAsides []memberSetAside `json:"set_asides"`
	Timeline  []words.Step     `json:"timeline"` // the newest first

	words words.Words
	at    func(ledger.Stamp) string
}

type memberBalance struct {
	Wallet ledger.Wallet `json:"wallet"`
	Points ledger.Points `json:"thousandths"`
	Text   string        `json:"text"`
}

type memberSetAside struct {
	memberBalance
	Kind     string       `json:"kind"` // "award" of this shop, or "grant" by head office
	NotAfter ledger.Stamp `json:"not_after,omitempty"`
}

// member is whom a number or the code on a slip leads to.
func (r *reader) member(ctx context.Context, text string, keys []member.ChainKey, limit int) (memberView, error) {
	h, mask, err := r.find(ctx, text, keys)
	if err != nil {
		return memberView{}, err
	}
	m := memberView{
		Account: h.Account, Card: mask, Name: h.Profile.Name, Enrolled: h.Profile.Enrolled, Since: h.Profile.Since,
		Known: h.Known, AsOf: h.AsOf, Balance: []memberBalance{}, SetAsides: []memberSetAside{}, Timeline: []words.Step{},
		words: r.paper.Words, at: func(s ledger.Stamp) string { return r.paper.Words.DateTime(time.UnixMilli(int64(s)).In(r.paper.Zone)) },
	}
	today := r.paper.Rules.Calendar(r.paper.Zone).Moment(time.Now(), true).Day
	for _, p := range h.Positions {
		if p.Wallet.Counter() {
			continue
		}
		spendable, _, _ := p.On(today)
		m.Balance = append(m.Balance, r.amount(p.Wallet, spendable))
	}
	mine := map[ledger.Account]bool{h.Account: true}
	for _, s := range h.SetAsides {
		mine[s.Account] = true
		kind := "grant"
		if _, own := s.ID.Entry(); own {
			kind = "award"
		}
		m.SetAsides = append(m.SetAsides, memberSetAside{r.amount(s.Wallet, s.Left), kind, s.NotAfter})
	}
	records, err := r.db.Timeline(ctx, h.Account, ledger.Key{}, limit)
	if err != nil {
		return memberView{}, &exit{exitInternal, err}
	}
	history := words.History{Words: r.paper.Words, Rules: r.paper.Rules, Zone: r.paper.Zone}
	for _, record := range records {
		m.Timeline = append(m.Timeline, history.Step(record, ours(record, mine)))
		if m.Card == "" && record.Body != nil && len(record.Body.Identifiers) > 0 && record.Body.Account == h.Account {
			m.Card = record.Body.Identifiers[0].Mask
		}
	}
	return m, nil
}

// ours says whose entries of a record are the member's: those of the accounts
// that are known to be theirs, and of a record that names one account only,
// whatever that was called when it was made.
func ours(r ledger.Record, mine map[ledger.Account]bool) func(ledger.Account) bool {
	several := false
	for _, e := range r.Head.Entries {
		several = several || e.Account != r.Head.Entries[0].Account
	}
	return func(a ledger.Account) bool { return !several || mine[a] }
}

func (r *reader) amount(w ledger.Wallet, p ledger.Points) memberBalance {
	wallet, _ := r.paper.Rules.Wallet(w)
	return memberBalance{w, p, r.paper.Words.Points(p, wallet)}
}

// find is the holding a card's number, a telephone's, or a slip's code leads
// to. What was typed is in no error.
func (r *reader) find(ctx context.Context, text string, keys []member.ChainKey) (ledger.Holding, string, error) {
	card, cardErr := r.paper.Rules.Cards.Parse(text, "")
	if cardErr == nil {
		var ids []member.Identifier
		for _, k := range keys {
			ids = append(ids, card.Identifier(k))
		}
		if h, err := r.look(ctx, ledger.Subject{Identifiers: ids}); err != nil || !h.New {
			return h, card.Mask(), err
		}
	}
	if phone, err := member.ParsePhone(text, r.paper.Rules.PhoneCountry); err == nil {
		var ids []member.Identifier
		for _, k := range keys {
			ids = append(ids, phone.Identifier(k))
		}
		if h, err := r.look(ctx, ledger.Subject{Identifiers: ids}); err != nil || !h.New {
			return h, phone.Mask(), err
		}
	}
	if sale, found, err := r.db.Recall(ctx, ledger.SaleName{Code: text}); err != nil {
		return ledger.Holding{}, "", &exit{exitInternal, err}
	} else if found && len(sale.Original.Head.Entries) > 0 {
		h, err := r.look(ctx, ledger.Subject{Account: sale.Original.Head.Entries[0].Account})
		return h, "", err
	}
	no := &programme.Refusal{Code: programme.UnknownMember}
	return ledger.Holding{}, "", &exit{exitProblems, errors.New(r.paper.Words.Refusal(no))}
}

func (r *reader) look(ctx context.Context, s ledger.Subject) (ledger.Holding, error) {
	h, err := r.db.Look(ctx, s)
	if err != nil {
		return h, &exit{exitInternal, err}
	}
	return h, nil
}

// tell writes a member for people.
func (m memberView) tell(w io.Writer) error {
	p := words.Profile{Words: m.words}
	rows := [][]string{{m.words.Card(), plainText(m.Card)}}
	if m.Enrolled {
		rows = append(rows, []string{m.words.Name(), plainText(m.Name)}, []string{p.MemberSince(), m.words.Day(m.Since)})
	} else {
		rows = append(rows, []string{p.Member(), p.NotEnrolled()})
	}
	balance := m.words.Balance()
	if m.AsOf != 0 {
		balance += " (" + m.at(m.AsOf) + ")"
	}
	if !m.Known {
		rows = append(rows, []string{balance, m.words.BalanceFollows()})
		balance = p.SeenHere()
	}
	for _, b := range m.Balance {
		rows = append(rows, []string{balance, b.Text})
	}
	for _, s := range m.SetAsides {
		text := s.Text
		if s.NotAfter != 0 {
			text += " (" + p.Until(m.at(s.NotAfter)) + ")"
		}
		rows = append(rows, []string{p.SetAside(s.Kind == "grant"), text})
	}
	if err := show.Table(w, rows); err != nil {
		return err
	}
	rows = [][]string{{""}}
	for _, s := range m.Timeline {
		what := s.What
		if s.Of != "" {
			what += " " + p.Of(s.Of)
		}
		rows = append(rows, []string{s.When, s.Code, what, strings.Join(s.Changes, ", "), plainText(strings.Join(s.Why, "; "))})
	}
	return show.Table(w, rows)
}
