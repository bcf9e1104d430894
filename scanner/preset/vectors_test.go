package preset_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
	"zegel/scanner/preset"
	"zegel/scanner/recording"
	"zegel/terminal/loyalty/member"
)

// A profile is a preset and what is set otherwise.
type profile struct {
	preset   string
	settings preset.Settings
}

var (
	line        = profile{"generic", preset.Settings{Max: 64}}
	idle        = profile{"generic-idle", preset.Settings{Max: 64}}
	framed      = profile{"olivetti", preset.Settings{Max: 64}}
	tab         = profile{"generic", preset.Settings{Max: 64, Terminators: []string{"crlf", "tab"}}}
	datalogic   = profile{"datalogic", preset.Settings{Max: 64}}
	opos        = profile{"zebra-opos", preset.Settings{Max: 64}}
	packets     = profile{"zebra-ssi", preset.Settings{}}
	transponder = profile{"rdm6300", preset.Settings{}}
	answers     = profile{"gm67", preset.Settings{Max: 64}}
)

// cards are what is a card in every vector.
var cards = member.Formats{
	{Name: "rcn13", Class: member.GTIN, Prefixes: []string{"29", "04"}},
	{Name: "gsrn", Class: member.GSRN},
	{Name: "luhn16", Class: member.Luhn, Prefixes: []string{"9752"}, Length: 16},
	{Name: "opaque", Class: member.Pattern, Pattern: "LOY:1:[A-Z0-9]{6,20}"},
	{Name: "em4100", Class: member.EM4100},
}

// A vector says what a device sends, as recording.ParseHex reads it, and what
// must come of it, from the bytes to the card. Every one holds for the same
// bytes in any other reads, too.
type vector struct {
	name    string
	profile profile
	input   string
	want    string // in order, separated by "; "
}

var vectors = []vector{
	{"L01 CR ends a code", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "card rcn13 2900001234566"},
	{"L03 LF of CR LF comes late", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D ~250 0A", "card rcn13 2900001234566"},
	{"L05 only terminators", line, "0D 0D 0A 0A", ""},
	{"L06 four reads", line, "32 39 30 30 30 / 30 31 32 33 / 34 35 36 36 / 0D", "card rcn13 2900001234566"},
	{"L08 two codes in one read", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 0D 32 39 30 30 30 30 37 36 35 34 33 32 30 0D", "card rcn13 2900001234566; card rcn13 2900007654320"},
	{"L10 no terminator", line, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150", "error unterminated"},
	{"L12 silence is the terminator", idle, "32 39 30 30 30 30 31 32 33 34 35 36 36 ~150 32 39 30 30 30 30 37 36 35 34 33 32 30 ~150", "card rcn13 2900001234566; card rcn13 2900007654320"},
	{"L14 one byte too many", line, "41*65 / 0D 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "error oversize; card rcn13 2900001234566"},
	{"L17 damaged byte", line, "32 39 30 30 30 30 00 32 33 34 35 36 36 0D", "error line-error"},
	{"L18 damaged bytes before anything", line, "00 00 ~150 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "card rcn13 2900001234566"},
	{"L20 STX and ETX", framed, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03", "card rcn13 2900001234566"},
	{"L23 STX and ETX that nobody set", line, "02 32 39 30 30 30 30 31 32 33 34 35 36 36 03 0D", "error control-char"},
	{"L25 TAB", tab, "32 39 30 30 30 30 31 32 33 34 35 36 36 09 32 39 30 30 30 30 37 36 35 34 33 32 30 09", "card rcn13 2900001234566; card rcn13 2900007654320"},
	{"L27 even parity on a line without", line, "B2 39 30 30 30 30 B1 B2 33 B4 35 36 36 8D ~150", "error unterminated"},
	{"L29 blanks around", line, "20 20 32 39 30 30 30 30 31 32 33 34 35 36 36 20 20 0D", "card rcn13 2900001234566"},
	{"L31 answer to a command in front", line, "02 01 30 30 30 30 40 53 43 4E 4D 4F 44 30 06 3B 03 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "error control-char"},
	{"L33 nothing was read", line, "4E 52 0D", "no-read"},
	{"L35 cable pulled", line, "32 39 30 30 30 30 31 32 #", "error link-lost"},
	{"A01 AIM identifier of EAN-13", line, "5D 45 30 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "card rcn13 2900001234566"},
	{"A03 AIM identifier of Code 128", line, "5D 43 30 4C 4F 59 3A 31 3A 38 46 33 4B 32 51 0D", "card opaque LOY:1:8F3K2Q"},
	{"A04 recipient number in GS1-128", line, "5D 43 31 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "card gsrn 952123456789012345"},
	{"A06 its check digit is wrong", line, "5D 43 31 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 36 0D", "error check-digit"},
	{"A09 product with a lot", line, "5D 64 32 30 31 30 39 35 32 31 32 33 34 35 36 37 38 39 39 31 30 41 42 31 32 0D", "not-card product"},
	{"A10 recipient number in a link", line, "68 74 74 70 73 3A 2F 2F 69 64 2E 65 78 61 6D 70 6C 65 2E 63 6F 6D 2F 38 30 31 38 2F 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "card gsrn 952123456789012345"},
	{"A12 product", line, "34 30 30 36 33 38 31 33 33 33 39 33 31 0D", "not-card product"},
	{"A13 card with a wrong check digit", line, "32 39 30 30 30 30 31 32 33 34 35 36 37 0D", "error check-digit"},
	{"A15 UPC-A", line, "34 31 32 33 34 35 36 37 38 39 30 33 0D", "card rcn13 0412345678903"},
	{"A17 UPC-A under the identifier of EAN-13", line, "5D 45 30 34 31 32 33 34 35 36 37 38 39 30 33 0D", "card rcn13 0412345678903"},
	{"A20 add-on alone", line, "5D 45 31 31 32 0D", "error addon-only"},
	{"A21 weighed goods", line, "32 31 30 30 31 32 33 30 32 35 39 39 32 0D", "not-card in-store"},
	{"A22 coupon", line, "39 38 31 30 31 32 33 34 35 36 37 38 30 0D", "not-card coupon"},
	{"A25 book", line, "39 37 38 30 33 30 36 34 30 36 31 35 37 0D", "not-card book"},
	{"A26 Luhn card", line, "39 37 35 32 30 30 30 30 31 32 33 34 35 36 37 35 0D", "card luhn16 9752000012345675"},
	{"A28 bank card", line, "34 31*15 0D", "refused payment-pan"},
	{"A31 letters beyond ASCII", line, "4C 4F 59 3A 31 3A C3 84 C3 96 4B 32 51 31 0D", "unknown"},
	{"A32 letter of Datalogic", datalogic, "46 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "card rcn13 2900001234566"},
	{"A34 letter of OPOS", opos, "41 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "card rcn13 2900001234566"},
	{"A37 identifier alone", line, "5D 45 30 0D", "error bad-length"},
	{"A39 GS in front", line, "5D 43 31 1D 38 30 31 38 39 35 32 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0D", "card gsrn 952123456789012345"},
	{"S01 EAN-13", packets, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "card rcn13 2900001234566"},
	{"S02 nothing was read", packets, "07 F3 00 00 01 4E 52 FE 65", "no-read"},
	{"S03 three reads", packets, "12 / F3 00 00 0B 32 39 / 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "card rcn13 2900001234566"},
	{"S05 two packets in one read", packets, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A 12 F3 00 00 0B 32 39 30 30 30 30 37 36 35 34 33 32 30 FC 5A", "card rcn13 2900001234566; card rcn13 2900007654320"},
	{"S07 one bit wrong", packets, "12 F3 00 00 0B 32 39 30 30 31 30 31 32 33 34 35 36 36 FC 5A ~150", "error checksum"},
	{"S09 sent again", packets, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A / 12 F3 00 01 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 59", "card rcn13 2900001234566; retransmission suppressed"},
	{"S11 noise in front", packets, "55 AA 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "error resync; card rcn13 2900001234566"},
	{"S13 impossible length", packets, "02 F3 00 00 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "error bad-length; card rcn13 2900001234566"},
	{"S15 half a message", packets, "1E F3 00 02 1C 68 74 74 70 73 3A 2F 2F 69 64 2E 65 78 61 6D 70 6C 65 2E 63 6F 6D 2F 38 30 F6 1B ~150 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "card rcn13 2900001234566"},
	{"S16 acknowledgement", packets, "04 D0 00 00 FF 2C", "ack"},
	{"S19 QR", packets, "1F F3 00 00 1C 4C 4F 59 3A 31 3A 5A*20 F6 31", "card opaque LOY:1:ZZZZZZZZZZZZZZZZZZZZ"},
	{"R01 transponder", transponder, "02 30 37 30 30 37 35 38 32 34 35 42 35 03", "card em4100 0700758245"},
	{"R03 another", transponder, "02 30 31 30 30 36 33 45 39 41 45 32 35 03", "card em4100 010063E9AE"},
	{"R04 wrong sum", transponder, "02 30 32 30 30 34 44 42 30 30 35 46 43 03", "error checksum"},
	{"R07 two frames in one read", transponder, "02 30 37 30 30 37 35 38 32 34 35 42 35 03 02 30 37 30 30 37 35 38 32 34 35 42 35 03", "card em4100 0700758245; card em4100 0700758245"},
	{"R09 no hex", transponder, "02 30 37 30 30 37 35 38 32 47 5A 42 35 03", "error bad-hex"},
	{"R11 too short", transponder, "02 30 37 30 30 37 35 38 32 42 35 03", "error bad-length"},
	{"R13 joined in the middle", transponder, "35 38 32 34 35 42 35 03 02 30 37 30 30 37 35 38 32 34 35 42 35 03", "card em4100 0700758245"},
	{"M01 answer in front of a code", answers, "04 D0 04 00 FF 28 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "ack; card rcn13 2900001234566"},
	{"M03 answer in two reads", answers, "04 D0 04 / 00 FF 28 32 39 30 30 30 30 31 32 33 34 35 36 36 0D", "ack; card rcn13 2900001234566"},
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		r, err := recording.ParseHex(v.input)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		if got := v.profile.run(t, r); got != v.want {
			t.Errorf("%s: got %q, want %q", v.name, got, v.want)
		}
	}
}

func TestVectorsHoldForEverySplit(t *testing.T) {
	for _, v := range vectors {
		r, err := recording.ParseHex(v.input)
		if err != nil {
			t.Fatalf("%s: %v", v.name, err)
		}
		joined := join(r)
		for _, split := range append(splits(joined), apart(joined), joined) {
			if got := v.profile.run(t, split); got != v.want {
				t.Fatalf("%s, as reads of %v bytes: got %q, want %q", v.name, sizes(split), got, v.want)
			}
		}
	}
}

// run gives what comes of a recording in the words of the vectors.
func (p profile) run(t *testing.T, r recording.Recording) string {
	t.Helper()
	known, ok := preset.Find(p.preset)
	if !ok {
		t.Fatalf("no preset %s", p.preset)
	}
	framer, err := known.Framer(p.settings)
	if err != nil {
		t.Fatalf("%s: %v", p.preset, err)
	}
	var said []string
	recording.Play(r, framer, func(_ time.Duration, e frame.Event) {
		if word := outcome(e); word != "" {
			said = append(said, word)
		}
	})
	return strings.Join(said, "; ")
}

func outcome(e frame.Event) string {
	switch {
	case e.Reason == frame.NoRead:
		return "no-read"
	case e.Reason != "":
		return "error " + string(e.Reason)
	case e.Note == frame.Tail:
		return ""
	case e.Note == frame.Retransmission:
		return "retransmission suppressed"
	case e.Note != "":
		return string(e.Note)
	case !e.IsCode(): // something to send, and nothing to say
		return ""
	}
	card, err := cards.Parse(e.Text, e.Symbology)
	var not *member.NotCard
	switch {
	case err == nil:
		return "card " + card.FormatName() + " " + card.Canonical()
	case !errors.As(err, &not):
		return err.Error()
	case not.Misread():
		return "error " + string(not.Class)
	case not.Class == member.PaymentCard:
		return "refused payment-pan"
	case not.Class == member.Unknown:
		return "unknown"
	}
	return "not-card " + string(not.Class)
}

// join makes one read of reads without a pause between them.
func join(r recording.Recording) recording.Recording {
	var joined recording.Recording
	for _, c := range r.Chunks {
		last := len(joined.Chunks) - 1
		if last >= 0 && len(c.Data) > 0 && len(joined.Chunks[last].Data) > 0 && joined.Chunks[last].At == c.At {
			joined.Chunks[last].Data = slices.Concat(joined.Chunks[last].Data, c.Data)
			continue
		}
		joined.Chunks = append(joined.Chunks, c)
	}
	return joined
}

// splits are all recordings in which one read became two.
func splits(r recording.Recording) []recording.Recording {
	var all []recording.Recording
	for i, c := range r.Chunks {
		for n := 1; n < len(c.Data); n++ {
			head, tail := c, c
			head.Data, tail.Data = c.Data[:n], c.Data[n:]
			all = append(all, recording.Recording{
				Chunks: slices.Concat(r.Chunks[:i], []recording.Chunk{head, tail}, r.Chunks[i+1:]),
			})
		}
	}
	return all
}

// apart makes every byte a read.
func apart(r recording.Recording) recording.Recording {
	var single recording.Recording
	for _, c := range r.Chunks {
		if len(c.Data) == 0 {
			single.Chunks = append(single.Chunks, c)
		}
		for i := range c.Data {
			single.Chunks = append(single.Chunks, recording.Chunk{At: c.At, Data: c.Data[i : i+1]})
		}
	}
	return single
}

func sizes(r recording.Recording) []int {
	var all []int
	for _, c := range r.Chunks {
		all = append(all, len(c.Data))
	}
	return all
}

func TestCardsOfTheVectorsAreWellFormed(t *testing.T) {
	if err := cards.Validate(); err != nil {
		t.Error(err)
	}
}
