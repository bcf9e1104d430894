package serialport

import "testing"

func TestNamesOfOneLine(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"COM3", "COM3", true},
		{"COM3", "com3", true},
		{"COM12", `\\.\COM12`, true},
		{"COM1", "COM12", false},
	} {
		if got := sameLine(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}
