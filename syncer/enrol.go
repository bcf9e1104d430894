package syncer

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/member"
)

// An Application is a terminal's wish to join a head office.
type Application struct {
	Line     Line
	Office   string // head office's address
	Code     string // as typed
	Terminal ledger.Terminal
	Key      ed25519.PrivateKey
	Software string
	// ChainKeys are those the shop made while it stood alone; they go to head
	// office, so that its cards are known everywhere. The line must be one
	// that nobody else reads.
	ChainKeys []member.ChainKey
	Rand      io.Reader
}

// An Enrolment is what a terminal that joined must keep.
type Enrolment struct {
	Name      string // what people at head office call the shop
	OfficeKey ed25519.PublicKey
	ChainKeys []member.ChainKey // the one to use first
	Nonce     string
}

// Enrol shows the code and checks that who answers is the head office that
// made it. When the answer is lost, the same call again within the code's life
// gives the same answer. A refusal is a *wire.Problem with words for a person.
func Enrol(ctx context.Context, a Application) (Enrolment, error) {
	code, err := wire.ParseCode(a.Code)
	if err != nil {
		return Enrolment{}, err
	}
	public, ok := a.Key.Public().(ed25519.PublicKey)
	if !ok {
		return Enrolment{}, errors.New("enrol: the terminal has no Ed25519 key")
	}
	application := wire.Application{Code: code.Secret(), Terminal: a.Terminal, PublicKey: public, Software: a.Software}
	for _, key := range a.ChainKeys {
		application.ChainKeys = append(application.ChainKeys, key.Secret())
	}
	body, err := json.Marshal(application)
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	id, err := wire.NewID(a.Rand)
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	// Head office's key is not known yet: the answer to this one call names it,
	// and the code says which key may be named.
	var named ed25519.PublicKey
	trust := func(doc []byte) (ed25519.PublicKey, error) {
		if named = wire.KeyNamed(doc); named == nil {
			return nil, wire.ErrNoLine
		}
		if !code.Names(named) {
			return nil, errors.New("who answered is not the head office that made the code; check the address, and whether the code was typed right to its end")
		}
		return named, nil
	}
	reply, err := send(ctx, a.Line, a.Office, a.Key, trust, message{
		terminal: a.Terminal, method: http.MethodPost, target: "/v1/enrol", id: id, body: body,
	})
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	return enrolled(reply, named, a.Terminal)
}

func enrolled(reply wire.Reply, office ed25519.PublicKey, t ledger.Terminal) (Enrolment, error) {
	told := reply.Enrolment
	if told == nil || told.Terminal != t {
		return Enrolment{}, fmt.Errorf("enrol: %w", errNoAnswer)
	}
	e := Enrolment{Name: told.Name, OfficeKey: office, Nonce: told.Nonce}
	for _, secret := range told.ChainKeys {
		key, err := member.NewChainKey(secret)
		if err != nil {
			return Enrolment{}, fmt.Errorf("enrol: %w", err)
		}
		e.ChainKeys = append(e.ChainKeys, key)
	}
	return e, nil
}
