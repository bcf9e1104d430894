package scanning

import (
	"strings"
	"testing"
	"time"

	"zegel/cmd/zegel/show"
	"zegel/scanner/frame"
	"zegel/scanner/ndef"
	"zegel/terminal/loyalty/member"
)

var began = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func TestWhatACodeComesTo(t *testing.T) {
	d := Decoder{Cards: BuiltIn().Matcher(), Begin: began}
	const gs = "\x1d"
	for name, c := range map[string]struct {
		event  frame.Event
		want   Outcome
		masked string // its code, masked
	}{
		"a card":                {frame.Event{Text: "412345678903", Symbology: "]E0"}, Outcome{Event: Scan, Kind: Card, Format: "rcn13", Symbology: "]E0", Code: "0412345678903"}, "…8903"},
		"a card behind GS":      {frame.Event{Text: gs + "8018952123456789012345", Symbology: "]C1"}, Outcome{Event: Scan, Kind: Card, Format: "gsrn", Symbology: "]C1", Code: "952123456789012345"}, "…2345"},
		"a chip":                {frame.Event{Text: "04A1B2C3D4E580", Symbology: frame.UID, Tag: true}, Outcome{Event: Scan, Kind: Card, Format: "uid", Symbology: "uid", Code: "04A1B2C3D4E580"}, "…E580"},
		"a chip of four bytes":  {frame.Event{Text: "3A5C119E", Symbology: frame.UID, Tag: true}, Outcome{Event: Scan, Kind: Card, Format: "uid4", Symbology: "uid", Code: "3A5C119E"}, "…119E"},
		"a transponder":         {frame.Event{Text: "0700758245", Symbology: frame.EM4100, Tag: true}, Outcome{Event: Scan, Kind: Card, Format: "em4100", Symbology: "em4100", Code: "0700758245"}, "…8245"},
		"text on a tag":         {frame.Event{Text: "LOY:1:8F3K2Q", Symbology: frame.NDEF, Tag: true}, Outcome{Event: Scan, Kind: Card, Format: "opaque", Symbology: "ndef", Code: "LOY:1:8F3K2Q"}, "…3K2Q"},
		"an article":            {frame.Event{Text: "4006381333931"}, Outcome{Event: Scan, Kind: "product", Code: "4006381333931"}, "4006381333931"},
		"an article with a lot": {frame.Event{Text: "01095212345678991" + "0AB12", Symbology: "]d2"}, Outcome{Event: Scan, Kind: "product", Symbology: "]d2", Code: "010952123456789910AB12"}, "010952123456789910AB12"},
		"a coupon":              {frame.Event{Text: "9810123456780"}, Outcome{Event: Scan, Kind: "coupon", Code: "9810123456780"}, "9810123456780"},
		"a shop's own":          {frame.Event{Text: "2100123025992"}, Outcome{Event: Scan, Kind: "in-store", Code: "2100123025992"}, "…5992"},
		"somebody's":            {frame.Event{Text: "9753000012345674"}, Outcome{Event: Scan, Kind: "unknown", Code: "9753000012345674"}, "…5674"},
		"a misread card":        {frame.Event{Text: "2900001234567"}, Outcome{Event: Rejected, Reason: "check-digit", Code: "2900001234567"}, "…4567"},
		"a phone":               {frame.Event{Text: "0824A937", Symbology: frame.UID, Tag: true}, Outcome{Event: Rejected, Reason: "random-uid", Symbology: "uid", Code: "0824A937"}, "…A937"},
		"a bank card":           {frame.Event{Text: "4111111111111111"}, Outcome{Event: Rejected, Reason: PaymentPAN, Code: "411111…1111"}, "411111…1111"},
		"a bank card in fours":  {frame.Event{Text: "4111 1111 1111 1111"}, Outcome{Event: Rejected, Reason: PaymentPAN, Code: "411111…1111"}, "411111…1111"},
		"a bank card's track":   {frame.Event{Text: ";6011111111111117=26125021000000?"}, Outcome{Event: Rejected, Reason: PaymentPAN, Code: "601111…1117"}, "601111…1117"},
		"a damaged line":        {frame.Event{Reason: frame.LineError, Hint: frame.HintEven, Raw: []byte("x")}, Outcome{Event: Rejected, Reason: "line-error", Hint: string(frame.HintEven)}, ""},
		"a note":                {frame.Event{Note: frame.Removed}, Outcome{Event: Noted, Note: "removed"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.AtMS = 1234
			got, says := d.Outcome(c.event, began.Add(1234*time.Millisecond+400*time.Microsecond))
			if !says || got != c.want {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
			if m := got.Masked(); m.Code != c.masked {
				t.Errorf("masked it shows %q, want %q", m.Code, c.masked)
			}
		})
	}
	for _, e := range []frame.Event{{Send: []byte{1}}, {Note: frame.Tail, Raw: []byte("\n")}} {
		if o, says := d.Outcome(e, began); says {
			t.Errorf("%+v says %+v", e, o)
		}
	}
}

func TestWhatIsOursAndNoCard(t *testing.T) {
	d := Decoder{Cards: BuiltIn().Matcher(), Begin: began}
	for text, want := range map[string]Outcome{
		"zb1:ABCDEFGH":  {Event: Scan, Kind: Badge}, // a secret
		"ZV1:ABCDEFGH":  {Event: Scan, Kind: Voucher, Code: "ZV1:ABCDEFGH"},
		"ZR1:ABCDEFGH2": {Event: Scan, Kind: Slip, Code: "ZR1:ABCDEFGH2"},
	} {
		got, _ := d.Outcome(frame.Event{Text: text}, began)
		if got != want || len(got.Masked().Code) > len("…FGH2") || strings.Contains(got.Words(), "not a card") {
			t.Errorf("%s: got %+v, %q", text, got, got.Words())
		}
	}
}

// Every reason and note there is has words of its own.
func TestWordsForEveryReason(t *testing.T) {
	reasons := []frame.Reason{
		frame.NoRead, frame.Unterminated, frame.Oversize, frame.LineError, frame.Truncated, frame.LinkLost, frame.ControlChar, frame.Charset, frame.Empty,
		frame.AddonOnly, frame.BadLength, frame.CodeID, frame.MissingPrefix, frame.MissingSuffix, frame.Checksum, frame.LengthChecksum, frame.Resync,
		frame.BadHex, frame.BadUID, frame.MultipleTargets, frame.PN532Syntax, frame.BadTLV, frame.BadNDEF, frame.NDEFChunked, frame.Unsupported, frame.NoAnswer, ndef.None,
		frame.Reason(member.CheckDigit), frame.Reason(member.GS1Syntax), frame.Reason(member.GS1UnknownAI), frame.Reason(member.RandomUID), PaymentPAN,
	}
	for _, r := range reasons {
		o := Outcome{Event: Rejected, Reason: string(r)}
		if got, bare := o.Words(), "refused: "+string(r); !strings.HasPrefix(got, bare+" - ") {
			t.Errorf("%s: only %q", r, got)
		}
	}
	for _, n := range []frame.Note{frame.Ack, frame.Nak, frame.Retransmission, frame.Reply, frame.NoTarget, frame.Removed} {
		if got := (Outcome{Event: Noted, Note: string(n)}).Words(); got == "device: "+string(n) {
			t.Errorf("%s: only %q", n, got)
		}
	}
	if got, want := (Outcome{Event: Scan, Kind: Card, Format: "klantkaart", Symbology: "]E0", Code: "…4566"}).Words(), "card …4566 (klantkaart, EAN/UPC)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (Outcome{Event: Rejected, Reason: "unterminated", Hint: "looks like 7E1"}).Words(), "(looks like 7E1)"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q behind it", got, want)
	}
}

// Whatever is read, a payment card's number is told by its ends, and no
// outcome is anything but one line of JSON.
func FuzzOutcome(f *testing.F) {
	for _, text := range []string{"2900001234566", "4111111111111111", "%B5555555555554444^DOE/J^26125021000000", ";6011111111111117=26125021000000?", "a\nb\u2028", "01095212345678991"} {
		f.Add(text, "]E0")
		f.Add(text, "")
	}
	d := Decoder{Cards: BuiltIn().Matcher(), Begin: began}
	f.Fuzz(func(t *testing.T, text, symbology string) {
		o, says := d.Outcome(frame.Event{Text: text, Symbology: symbology}, began)
		if !says {
			if text != "" {
				t.Fatalf("%q says nothing", text)
			}
			return
		}
		if digits := strings.Trim(o.Code, "0123456789…"); o.Reason == PaymentPAN && (digits != "" || len(o.Code) > len("411111…1111")) {
			t.Fatalf("a payment card is told as %q", o.Code)
		}
		var line strings.Builder
		if err := show.Line(&line, o); err != nil || strings.Count(line.String(), "\n") != 1 {
			t.Fatalf("%q is told as %q, %v", text, line.String(), err)
		}
	})
}

// A code is whatever somebody put on a label: on a screen it stays a code.
func TestACodeDrawsNothingOnTheScreen(t *testing.T) {
	o := Outcome{Event: Scan, Kind: "unknown", Code: "a\x1db\u009b31mé\u202e"}
	if got := o.Words(); !strings.HasPrefix(got, "unknown a<GS>b<U+009B>31mé<U+202E> (") {
		t.Errorf("got %q", got)
	}
	o = Outcome{Event: Rejected, Reason: "check-digit", Code: "\u009b31m"}
	if got := o.Words(); !strings.HasPrefix(got, "refused: check-digit <U+009B>31m - ") {
		t.Errorf("got %q", got)
	}
}
