package frame_test

import (
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
)

var (
	line       = lineOf(frame.LineConfig{Max: 64})
	lineIdle   = lineOf(frame.LineConfig{Max: 64, Idle: true})
	lineSTX    = lineOf(frame.LineConfig{Max: 64, STX: true})
	lineTab    = lineOf(frame.LineConfig{Max: 64, Terminators: []byte("\r\n\t")})
	lineUSA    = lineOf(frame.LineConfig{Max: 64, CodeIDs: usaIDs})
	lineOPOS   = lineOf(frame.LineConfig{Max: 64, CodeIDs: oposIDs})
	lineOPOSGS = lineOf(frame.LineConfig{Max: 64, CodeIDs: oposIDs, GS: "|"})
	lineSOH    = lineOf(frame.LineConfig{Max: 64, Prefix: "\x01", Suffix: "$"})
	lineGS     = lineOf(frame.LineConfig{Max: 64, GS: "^]"})
	lineMasked = lineOf(frame.LineConfig{Max: 64, Masked7: true})
	textSSI    = lineOf(frame.LineConfig{Max: 64, Replies: frame.SSIReplies()})
	textEcho   = lineOf(frame.LineConfig{Max: 64, Replies: [][]byte{[]byte("REV_\x06"), {0x06}, {0x15}}})

	usaIDs  = map[string]string{"F": "]E0", "FF": "]E4", "A": "]E0", "#": "]C0", "*": "]A0"}
	oposIDs = map[string]string{"A": "]E0", "B": "]E4", "C": "]E0", "K": "]C0", "P": "]C1", "M": "]A0"}
)

func lineOf(cfg frame.LineConfig) profile {
	return func() frame.Framer { return frame.NewLine(cfg) }
}

var lineVectors = []vector{
	{"L01 suffix CR", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code 2900001234566"},
	{"L03 LF of a CR LF pair comes late", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D ~250 0A", "code 2900001234566"},
	{"L05 only terminators", line, "0D 0D 0A 0A", ""},
	{"L06 four reads", line, "32 39 30 30 30 / 30 31 32 33 / 34 35 36 36 / 0D", "code 2900001234566"},
	{"L08 two frames in one read", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D 32 39 30 30 30 30 37 36 35 34 33 32 30 0D", "code 2900001234566; code 2900007654320"},
	{"L10 no suffix, then silence", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150", "unterminated"},
	{"L12 silence ends the frame", lineIdle, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150 32 39 30 30 30 30 37 36 35 34 33 32 30 ~150", "code 2900001234566; code 2900007654320"},
	{"L14 one byte too many", line, "41*65 / 0D 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "oversize; code 2900001234566"},
	{"L17 damaged byte in a frame", line, "32 39 30 30 30 30 00 32 33 34 35 36 36 0D", "line-error"},
	{"L18 damaged bytes, then silence", line, "00 00 ~150 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code 2900001234566"},
	{"L20 STX and ETX", lineSTX, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03", "code 2900001234566"},
	{"L23 STX not configured", line, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03 0D", "control-char"},
	{"L25 TAB", lineTab, "32 39 30 30 30 30 31 32 33 34 35 36 36 09 32 39 30 30 30 30 37 36 35 34 33 32 30 09", "code 2900001234566; code 2900007654320"},
	{"L27 even parity never ends a frame", line, "B2 39 30 30 30 30 B1 B2 33 B4 35 36 36 8D ~150", "unterminated (looks like 7E1 on an 8N1 line)"},
	{"L29 padding", line, "20 20 32 39 30 30 30 30 31 32 33 34 35 36 36 20 20 0D", "code 2900001234566"},
	{"L31 command reply glued in front", line, "02 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 06 3B 03 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "control-char"},
	{"L33 no-read", line, "4E 52 0D", "no-read"},
	{"L35 unplug in mid frame", line, "32 39 30 30 30 30 31 32 #", "link-lost"},

	{"A01 AIM EAN-13", line, "5D 45 30 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A03 AIM Code 128", line, "5D 43 30 4C 4F 59 3A 31 3A 38 46 33 4B 32 51 0D", "code ]C0 LOY:1:8F3K2Q"},
	{"A04 GS1-128", line, "5D 43 31 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "code ]C1 8018952123456789012345"},
	{"A06 GS1-128, its check digit is not ours to judge", line, "5D 43 31 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 36 0D", "code ]C1 8018952123456789012346"},
	{"A09 GS1 DataMatrix", line, "5D 64 32 30 31 30 39 35 32 31 32 33 34 35 36 37 38 39 39 31 30 41 42 31 32 0D", "code ]d2 010952123456789910AB12"},
	{"A10 address", line, "68 74 74 70 73 3A 2F 2F 69 64 2E 65 78 61 6D 70 6C 65 2E 63 6F 6D 2F 38 30 31 38 2F 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "code https://id.example.com/8018/952123456789012345"},
	{"A12 article", line, "34 30 30 36 33 38 31 33 33 33 39 33 31 0D", "code 4006381333931"},
	{"A13 wrong check digit", line, "32 39 30 30 30 30 31 32 33 34 35 36 37 0D", "code 2900001234567"},
	{"A15 UPC-A", line, "34 31 32 33 34 35 36 37 38 39 30 33 0D", "code 412345678903"},
	{"A17 AIM EAN-13 with 12 digits", line, "5D 45 30 34 31 32 33 34 35 36 37 38 39 30 33 0D", "code ]E0 412345678903"},
	{"A20 add-on alone", line, "5D 45 31 31 32 0D", "addon-only"},
	{"A21 in-store", line, "32 31 30 30 31 32 33 30 32 35 39 39 32 0D", "code 2100123025992"},
	{"A22 coupon", line, "39 38 31 30 31 32 33 34 35 36 37 38 30 0D", "code 9810123456780"},
	{"A25 book", line, "39 37 38 30 33 30 36 34 30 36 31 35 37 0D", "code 9780306406157"},
	{"A26 Luhn", line, "39 37 35 32 30 30 30 30 31 32 33 34 35 36 37 35 0D", "code 9752000012345675"},
	{"A28 payment number", line, "34 31*15 0D", "code 4111111111111111"},
	{"A31 UTF-8 beyond ASCII", line, "4C 4F 59 3A 31 3A C3 84 C3 96 4B 32 51 31 0D", "code LOY:1:ÄÖK2Q1"},
	{"A32 vendor identifier", lineUSA, "46 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A34 vendor identifier", lineOPOS, "41 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "code ]E0 2900001234566"},
	{"A37 AIM EAN without data", line, "5D 45 30 0D", "bad-length"},
	{"A39 leading GS", line, "5D 43 31 1D 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "code ]C1 \x1d8018952123456789012345"},

	{"terminators around a late code", line, "0A 0D ~150 0A 41 0D", "code A"},
	{"damaged byte alone before a terminator", line, "00 0D 41 0D", "line-error; code A"},
	{"damaged data, then silence", line, "41 00 42 ~150 43 0D", "line-error; code C"},
	{"damaged byte does not outlive its frame", line, "41 00 0D 42 0D", "line-error; code B"},
	{"just short of silence", line, "41 ~99 42 0D", "code AB"},
	{"silence", line, "41 ~100 42 0D", "unterminated; code B"},
	{"largest frame", line, "41*64 0D", "code " + strings.Repeat("A", 64)},
	{"oversize ends with silence", line, "41*70 ~150 42 0D", "oversize; code B"},
	{"oversize is said once", line, "41*300 0D 42 0D", "oversize; code B"},
	{"damaged and oversize is one event", line, "00 41*70 00 0D 42 0D", "oversize; code B"},
	{"oversize in idle mode", lineIdle, "41*70 ~150 42 ~150", "oversize; code B"},
	{"terminator in idle mode", lineIdle, "41 0D 0A ~150 42 ~150", "code A; code B"},
	{"damaged in idle mode", lineIdle, "41 00 ~150", "line-error"},
	{"STX missing", lineSTX, "41 03 42 0D", "code A; code B"},
	{"STX inside a frame", lineSTX, "02 41 42 02 43 03", "truncated; code C"},
	{"STX after damaged bytes alone", lineSTX, "00 02 43 03", "code C"},
	{"ETX then CR", lineSTX, "02 41 03 0D 0A", "code A"},
	{"oversize ends at ETX only", lineSTX, "02 41*65 02 42 03 02 43 03", "oversize; code C"},
	{"unplug between frames", line, "41 0D #", "code A"},
	{"unplug after damaged bytes alone", line, "00 #", ""},
	{"unplug while skipping", line, "41*65 # 42 0D", "oversize; code B"},
	{"nothing is glued across an unplug", line, "41 42 # 43 0D", "link-lost; code C"},
	{"nothing is poisoned across an unplug", line, "41 00 # 43 0D", "link-lost; code C"},
	{"DEL", line, "41 7F 42 0D", "control-char"},
	{"TAB not configured", line, "41 09 42 0D", "control-char"},
	{"control character before charset", line, "FF 01 0D", "control-char"},
	{"not UTF-8", line, "41 FF 42 43 0D", "charset"},
	{"odd parity ends at CR", line, "32 B9 B0 B0 B0 B0 31 32 B3 34 B5 B6 B6 0D", "charset (looks like 7O1 on an 8N1 line)"},
	{"mark parity", line, "B2 B9 B0 B1 B3 8D ~150", "unterminated (looks like 7M1 on an 8N1 line)"},
	{"even parity, CR LF", line, "B2 39 30 30 B1 8D 0A", "charset (looks like 7E1 on an 8N1 line)"},
	{"only padding", line, "20 20 0D", "empty"},
	{"padding in idle mode", lineIdle, "20 ~150", "empty"},
	{"other no-read text", line, "20 4E 4F 52 45 41 44 0D", "no-read"},
	{"longer than a no-read text", line, "4E 52 31 0D", "code NR1"},
	{"AIM without data", line, "5D 43 30 0D", "empty"},
	{"AIM letter not known", line, "5D 59 30 31 0D", "code ]Y01"},
	{"AIM modifier not hex", line, "5D 43 47 31 0D", "code ]CG1"},
	{"bracket alone", line, "5D 0D", "code ]"},
	{"AIM EAN-13 too short", line, "5D 45 30 31 32 33 0D", "bad-length"},
	{"AIM EAN-8", line, "5D 45 34 31 32 33 34 35 36 37 30 0D", "code ]E4 12345670"},
	{"AIM EAN-8 too long", line, "5D 45 34 31 32 33 34 35 36 37 38 30 0D", "bad-length"},
	{"add-on removed", line, "5D 45 33 32 39 30 30 30 30 31 32 33 34 35 36 36 31 32 0D", "code ]E3 2900001234566"},
	{"add-on of another length", line, "5D 45 33 32 39 30 30 30 30 31 32 33 34 35 36 36 31 0D", "bad-length"},
	{"longest vendor identifier wins", lineUSA, "46 46 31 32 33 34 35 36 37 30 0D", "code ]E4 12345670"},
	{"vendor identifier missing", lineUSA, "32 39 30 30 0D", "code-id"},
	{"vendor identifier without data", lineUSA, "46 0D", "empty"},
	{"no-read has no vendor identifier", lineUSA, "4E 52 0D", "no-read"},
	{"AIM is data under vendor identifiers", lineOPOS, "4B 5D 45 30 31 0D", "code ]C0 ]E01"},
	{"prefix and suffix", lineSOH, "01 20 41 20 24 0D", "code A"},
	{"prefix missing", lineSOH, "41 24 0D", "missing-prefix"},
	{"suffix missing", lineSOH, "01 41 0D", "missing-suffix"},

	{"GS that the device wrote out, in GS1-128", lineGS, "5D 43 31 31 30 41 42 5E 5D 32 31 43 0D", "code ]C1 10AB\x1d21C"},
	{"GS written out is data elsewhere", lineGS, "5D 43 30 41 5E 5D 42 0D 41 5E 5D 42 0D", "code ]C0 A^]B; code A^]B"},
	{"GS written out, in a vendor's GS1-128", lineOPOSGS, "50 31 30 41 7C 32 31 43 0D 4B 41 7C 42 0D", "code ]C1 10A\x1d21C; code ]C0 A|B"},
	{"even parity masked away", lineMasked, "B2 39 30 30 30 30 B1 B2 33 B4 35 36 36 8D", "code 2900001234566"},
	{"no hint about parity that is masked away", lineMasked, "B2 39 30 30 B1 ~150", "unterminated"},
	{"ASCII only when masked", lineMasked, "41 C3 84 0D", "control-char"},

	{"M01 reply before text", textSSI, "04 D0 04 00 FF 28 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "ack; code 2900001234566"},
	{"M03 reply split over reads", textSSI, "04 D0 04 / 00 FF 28 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "ack; code 2900001234566"},
	{"reply in the middle of a code", textSSI, "32 39 30 30 30 04 D0 00 00 FF 2C 30 31 32 33 34 35 36 36 0D", "ack; code 2900001234566"},
	{"reply behind a code", textSSI, "41 42 04 D0 04 00 FF 28 0D", "ack; code AB"},
	{"reply between terminators", textSSI, "41 0D 04 D0 04 00 FF 28 0A 42 0D", "code A; ack; code B"},
	{"commands refused", textSSI, "05 D1 04 00 01 FF 25 05 D1 04 00 02 FF 24 05 D1 04 00 06 FF 20", "nak; nak; nak"},
	{"two replies run together", textSSI, "04 D0 04 00 FF 28 04 D0 04 00 FF 28 41 0D", "ack; ack; code A"},
	{"reply whose first byte came twice", textSSI, "04 04 D0 04 00 FF 28 41 0D", "ack; control-char"},
	{"reply begun twice", textSSI, "04 D0 04 D0 04 00 FF 28 0D", "ack; control-char"},
	{"reply that is none after all", textSSI, "04 D0 41 0D", "control-char"},
	{"reply with a wrong sum", textSSI, "04 D0 04 00 FF 29 41 0D", "line-error"},
	{"reply broken off by silence", textSSI, "04 D0 ~150 41 0D", "unterminated; code A"},
	{"reply broken off by an unplug", textSSI, "04 D0 # 41 0D", "link-lost; code A"},
	{"late rest of a reply", textSSI, "04 D0 04 ~150 00 FF 28 0D", "unterminated; line-error"},
	{"reply while skipping", textSSI, "41*65 04 D0 04 00 FF 28 0D 42 0D", "oversize; ack; code B"},
	{"begun reply is one byte too many", textSSI, "41*64 04 0D 42 0D", "oversize; code B"},
	{"echo with ACK, and a lone NAK", textEcho, "52 45 56 5F 06 32 39 15 30 0D", "reply; nak; code 290"},
	{"text that begins like a reply", textEcho, "52 45 56 5F 41 0D 52 45 0D 52 45 ~150", "code REV_A; code RE; unterminated"},
}

func TestDeadlineIsOpenOnlyWhileSomethingIsAwaited(t *testing.T) {
	l := frame.NewLine(frame.LineConfig{Max: 4})
	for _, c := range []struct {
		feed string
		open bool
	}{
		{"", false}, {"\r\n", false}, {"A", true}, {"B\r", false}, {"\x00", true}, {"\r", false},
		{"ABCDE", true}, {"F", true}, {"\r", false},
	} {
		l.Feed(start, []byte(c.feed))
		deadline, open := l.Deadline()
		if open != c.open {
			t.Fatalf("after %q: open = %v, want %v", c.feed, open, c.open)
		}
		if open && !deadline.Equal(start.Add(100*time.Millisecond)) {
			t.Fatalf("after %q: deadline %v", c.feed, deadline)
		}
	}
}

// A clock set back must neither end a frame nor keep one open for ever.
func TestClockSetBack(t *testing.T) {
	l := frame.NewLine(frame.LineConfig{})
	l.Feed(start, []byte("A"))
	events := l.Feed(start.Add(-time.Hour), []byte("B\rC"))
	events = append(events, l.Tick(start.Add(-time.Hour+time.Second))...)
	if got, want := format(events), "code AB; unterminated"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
