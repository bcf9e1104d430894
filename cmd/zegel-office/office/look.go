package office

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	store "zegel/store/office"
	"zegel/store/sqlite"
	"zegel/syncer/wire"
	"zegel/terminal/loyalty/ledger"
)

// A View is a head office opened to be read: nothing of it is changed, and it
// may be served meanwhile.
type View struct {
	Store *store.DB // what writes answers sqlite.ErrReadOnly
	h     *sqlite.DB
}

// Look opens the head office in a folder only to read it. It founds none.
func Look(ctx context.Context, path string) (*View, error) {
	if err := folder(path).check(); err != nil {
		return nil, err
	}
	h, err := sqlite.Open(ctx, folder(path).database(true))
	if err != nil {
		return nil, fmt.Errorf("look at head office: %w", err)
	}
	db, err := store.Look(ctx, h, store.Config{Now: time.Now, Rand: rand.Reader})
	if err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return &View{Store: db, h: h}, nil
}

// Close closes the database.
func (v *View) Close() error { return v.h.Close() }

// A Finding is one thing that is not as it must be.
type Finding struct {
	Invariant string `json:"invariant"` // "file" or "books"
	Text      string `json:"text"`
}

// Verify checks the file, then everything in it, and says what is not as it
// must be. A file too damaged to be read to its end is one of the findings.
func (v *View) Verify(ctx context.Context) (findings []Finding, err error) {
	if err := v.h.Check(ctx, false); errors.Is(err, sqlite.ErrCorrupt) {
		findings = append(findings, Finding{"file", err.Error()})
	} else if err != nil {
		return nil, err
	}
	problems, err := verify(ctx, v.Store)
	for _, p := range problems {
		findings = append(findings, Finding{"books", p})
	}
	switch {
	case errors.Is(err, sqlite.ErrCorrupt):
		findings, err = append(findings, Finding{"file", err.Error()}), nil
	case errors.Is(err, sqlite.ErrSuspect) && len(findings) > 0:
		err = nil // of what was found already
	}
	return findings, err
}

func verify(ctx context.Context, db *store.DB) ([]string, error) {
	return db.Verify(ctx, func(document []byte, key ed25519.PublicKey) (ledger.Batch, error) {
		doc, err := wire.ParseBatch(document, key)
		return doc.Batch, err
	})
}
