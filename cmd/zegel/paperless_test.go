package main

import (
	"bytes"
	"testing"

	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/session"
)

func TestALaneWithoutAPrinterKeepsNoSlipsForOne(t *testing.T) {
	for more, waits := range map[string]bool{"": false, "[lane.printer]\ndevice = \"file:paper\"\n": true} {
		s := newShop(t, more)
		var log bytes.Buffer
		d := s.opened(t, &log)
		desk := d.desks["kassa1"]
		if _, err := desk.Scan(t.Context(), annsCard, "]E0"); err != nil {
			t.Fatal(err)
		}
		key := basket.Key{Till: "1", Day: "2026-11-22", ID: "1"}
		if _, err := desk.Sale(t.Context(), session.Sale{Basket: basket.Basket{Key: key, Currency: "EUR", Total: 23_45}}); err != nil {
			t.Fatal(err)
		}
		_, found, err := d.db.NextJob(t.Context(), "kassa1")
		if err != nil || found != waits {
			t.Errorf("%q: a slip waits: %t, %v; want %t", more, found, err, waits)
		}
	}
}
