package pos

import (
	"strings"
	"testing"
)

// A word about a field that is gone, or was never there, is found here.
func TestEveryWordIsAboutAFieldThereIs(t *testing.T) {
	h := &handler{}
	h.calls = h.table()
	var s shapes
	d := describer{shapes: newShapes(), inward: make(map[*shape]bool)}
	d.paths(h.calls)
	h.responses(&d)
	s = *d.shapes
	fields := map[string]bool{}
	for _, o := range s.named {
		for _, f := range o.fields {
			fields[o.name+"."+f.name] = true
		}
	}
	for name := range fieldWords {
		if !fields[name] {
			t.Errorf("there is no field %s", name)
		}
	}
	for id, said := range callWords {
		if said.about == "" || !strings.HasSuffix(said.about, ".") {
			t.Errorf("%s: %q is no sentence", id, said.about)
		}
	}
	if len(callWords) != len(h.calls) {
		t.Errorf("words for %d calls, there are %d", len(callWords), len(h.calls))
	}
}
