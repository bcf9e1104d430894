package bulletin_test

import (
	"crypto/ed25519"
	"testing"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/ledger"
)

func key(of byte) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = of
	return ed25519.NewKeyFromSeed(seed)
}

func TestABundleIsHeadOfficesWordOrNothing(t *testing.T) {
	office := key(1)
	good := bulletin.Bundle{Version: 3, From: 1_000, Doc: []byte("version = 3\n")}.Sign(office)
	if err := good.Verify(office.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*bulletin.Bundle){
		"another version":   func(b *bulletin.Bundle) { b.Version = 4 },
		"another time":      func(b *bulletin.Bundle) { b.From = 999 },
		"another text":      func(b *bulletin.Bundle) { b.Doc = []byte("version = 3 ") },
		"no text":           func(b *bulletin.Bundle) { b.Doc = nil; *b = b.Sign(office) },
		"no version":        func(b *bulletin.Bundle) { b.Version = 0; *b = b.Sign(office) },
		"too long a text":   func(b *bulletin.Bundle) { b.Doc = make([]byte, bulletin.MaxBundle+1); *b = b.Sign(office) },
		"a stranger's hand": func(b *bulletin.Bundle) { *b = b.Sign(key(2)) },
		"no signature":      func(b *bulletin.Bundle) { b.Signature = nil },
	} {
		b := good
		change(&b)
		if b.Verify(office.Public().(ed25519.PublicKey)) == nil {
			t.Errorf("%s: it passed", name)
		}
	}
	if good.Verify(nil) == nil {
		t.Error("it passed without a key")
	}
}

func TestTheHighestVersionWhoseTimeHasComeIsInForce(t *testing.T) {
	all := []bulletin.Bundle{{Version: 1, From: 0}, {Version: 2, From: 500}, {Version: 4, From: 300}, {Version: 5, From: 900}}
	for _, c := range []struct {
		at      ledger.Stamp
		version int64
		next    ledger.Stamp
	}{
		{0, 1, 300},
		{299, 1, 300},
		{300, 4, 900},
		{500, 4, 900}, // version 2 was replaced before its time
		{900, 5, 0},
	} {
		b, ok := bulletin.InForce(all, c.at)
		if next, _ := bulletin.NextChange(all, c.at); !ok || b.Version != c.version || next != c.next {
			t.Errorf("at %d: version %d, next at %d; want %d and %d", c.at, b.Version, next, c.version, c.next)
		}
	}
	if _, ok := bulletin.InForce(all[1:], 100); ok {
		t.Error("something is in force before its time")
	}
}
