package printer_test

import (
	"testing"
	"testing/synctest"
	"time"

	"zegel/printer/escpos"
)

// A slip that was torn and is too old by the time of the next start is not printed any more: the one after it must not
// be swallowed by the command in which it ended.
func TestSlipAfterOneThatWasTornAndSetAsideIsWhole(t *testing.T) {
	for bytes := 20; bytes < 600; bytes += 7 {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t)
			d.profile.QR = escpos.QRPicture
			d.shelf.add(1)
			s, stop := d.run()
			time.Sleep(time.Minute)
			d.printer.DropAfter(bytes)
			d.shelf.add(1) // with a code
			s.Wake()
			time.Sleep(100 * time.Millisecond)
			if err := stop(); err != nil {
				t.Error(err)
			}
			d.maxAge = time.Hour
			time.Sleep(2 * time.Hour)
			d.shelf.restart()
			d.shelf.add(1)
			_, stop = d.run()
			time.Sleep(time.Minute)
			if jobs, _, strange := d.shelf.readRoll(d.roll()); jobs[3] == nil || *jobs[3] != (onPaper{originals: 1, complete: 1}) {
				t.Errorf("torn after %d bytes: the slip after it is %+v, strange %q, the store was told %q", bytes, jobs[3], strange, d.shelf.told())
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
	}
}
