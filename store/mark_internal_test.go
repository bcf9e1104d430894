package store

import (
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"zegel/terminal/loyalty/ledger"
)

// An award that reached its 64th record may come to the mark after a batch
// with later ones has left.
func TestTheMarkNeverGoesBack(t *testing.T) {
	db := &DB{cfg: Config{Mark: filepath.Join(t.TempDir(), "mark.json"), Log: zerolog.Nop()}}
	at := func(number, seq int64) reach {
		return reach{number, mark{Terminal: 1, Branch: ledger.Branch{byte(number)}, Seq: seq}}
	}
	for _, c := range []struct{ set, want reach }{
		{at(1, 10), at(1, 10)}, {at(1, 70), at(1, 70)}, {at(1, 64), at(1, 70)}, {at(2, 3), at(2, 3)}, {at(1, 128), at(2, 3)}, {at(2, 64), at(2, 64)},
	} {
		if err := db.setMark(c.set); err != nil {
			t.Fatal(err)
		}
		if m, found, err := db.readMark(); err != nil || !found || m != c.want.mark {
			t.Errorf("after %+v the file says %+v, %v; want %+v", c.set, m, err, c.want.mark)
		}
	}
}
