package cmd_test

import (
	"slices"
	"testing"
	"time"

	"zegel/terminal/loyalty/bulletin"
	"zegel/terminal/loyalty/grant"
	"zegel/terminal/loyalty/ledger"
)

// Every version of the programme reaches every shop as it was signed, also one
// that was away for several, and once only.
func TestPublishedProgrammesReachEveryShop(t *testing.T) {
	o := newOffice(t, grant.DefaultPolicy)
	near, nearLine := o.joined("near", nil)
	far, farLine := o.joined("far", nil)
	var published []bulletin.Bundle
	publish := func(version int64, from time.Time, doc string) {
		b := bulletin.Bundle{Version: version, From: ledger.Stamp(from.UnixMilli()), Doc: []byte(doc)}.Sign(keyOf("office"))
		if err := o.db.Publish(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		published = append(published, b)
	}
	publish(2, noon, "two")
	catchUp(t, nearLine)
	publish(3, noon.Add(time.Hour), "three")
	publish(7, noon, "seven")
	catchUp(t, nearLine)
	catchUp(t, farLine)
	catchUp(t, farLine)
	for _, s := range []*shopJournal{near, far} {
		if !slices.EqualFunc(s.bundles, published, func(a, b bulletin.Bundle) bool {
			return a.Version == b.Version && a.From == b.From && string(a.Doc) == string(b.Doc) && string(a.Signature) == string(b.Signature)
		}) {
			t.Errorf("shop %s has %+v", s.name, s.bundles)
		}
		for _, b := range s.bundles {
			if err := b.Verify(o.server.OfficeKey()); err != nil {
				t.Error(err)
			}
		}
	}
	if err := o.db.Publish(t.Context(), bulletin.Bundle{Version: 7, Doc: []byte("another seven")}); err == nil {
		t.Error("a version was published twice")
	}
}
