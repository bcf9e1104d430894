package frame_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"zegel/scanner/frame"
)

var (
	ssi         = ssiOf(frame.SSIConfig{Max: 64})
	ssiCordless = ssiOf(frame.SSIConfig{Max: 64, Header: 3})
	ssiGS       = ssiOf(frame.SSIConfig{Max: 64, GS: "|"})
)

func ssiOf(cfg frame.SSIConfig) profile {
	return func() frame.Framer { return frame.NewSSI(cfg) }
}

// packet writes a packet of a device in hex, its sum worked out here on its
// own. status and body are hex too.
func packet(opcode, status, body string) string {
	b, err := hex.DecodeString(strings.ReplaceAll(opcode+"00"+status+body, " ", ""))
	if err != nil {
		panic(err)
	}
	b = append([]byte{byte(len(b) + 1)}, b...)
	sum := 0x10000
	for _, c := range b {
		sum -= int(c)
	}
	return fmt.Sprintf("% X %02X %02X", b, sum>>8&0xFF, sum&0xFF)
}

func decoded(status, kind, text string) string {
	return packet("F3", status, kind+hex.EncodeToString([]byte(text)))
}

var ssiVectors = []vector{
	{"S01 EAN-13", ssi, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "code ]E0 2900001234566"},
	{"S02 no-read", ssi, "07 F3 00 00 01 4E 52 FE 65", "no-read"},
	{"S03 three reads", ssi, "12 / F3 00 00 0B 32 39 / 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "code ]E0 2900001234566"},
	{"S05 two packets in one read", ssi, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A 12 F3 00 00 0B 32 39 30 30 30 30 37 36 35 34 33 32 30 FC 5A", "code ]E0 2900001234566; code ]E0 2900007654320"},
	{"S07 damaged bit", ssi, "12 F3 00 00 0B 32 39 30 30 31 30 31 32 33 34 35 36 36 FC 5A ~150", "checksum"},
	{"S09 sent again", ssi, "12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A / 12 F3 00 01 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 59", "code ]E0 2900001234566; retransmission"},
	{"S11 noise in front", ssi, "55 AA 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "resync; code ]E0 2900001234566"},
	{"S13 impossible length", ssi, "02 F3 00 00 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "bad-length; code ]E0 2900001234566"},
	{"S15 message given up after silence", ssi, "1E F3 00 02 1C 68 74 74 70 73 3A 2F 2F 69 64 2E 65 78 61 6D 70 6C 65 2E 63 6F 6D 2F 38 30 F6 1B ~150 12 F3 00 00 0B 32 39 30 30 30 30 31 32 33 34 35 36 36 FC 5A", "code ]E0 2900001234566"},
	{"S16 command taken", ssi, "04 D0 00 00 FF 2C", "ack"},
	{"S19 QR", ssi, "1F F3 00 00 1C 4C 4F 59 3A 31 3A 5A*20 F6 31", "code ]Q1 LOY:1:" + strings.Repeat("Z", 20)},

	{"wake-up in front", ssi, "00 00 " + decoded("00", "03", "A"), "code ]C0 A"},
	{"wake-ups alone", ssi, "00 00 ~150 00", ""},
	{"answer in the host's name", ssi, "04 D0 04 00 FF 28", "ack"},
	{"command refused", ssi, packet("D1", "00", "02"), "nak"},
	{"other packets", ssi, packet("A4", "00", "41") + " " + packet("91", "00", "") + " " + packet("F6", "00", "0A") + " " + packet("73", "00", "01"), "reply; reply; reply; reply"},
	{"opcode of a host", ssi, packet("E6", "00", "00") + " ~150", "resync"},
	{"source unknown", ssi, "04 D0 07 00 FF 25 ~150", "resync"},
	{"packet broken off", ssi, "12 F3 00 00 0B 32 ~150 " + decoded("00", "03", "A"), "truncated; code ]C0 A"},
	{"length alone", ssi, "12 ~150", "truncated"},
	{"just short of silence", ssi, "05 F3 00 ~99 00 03 FF 05", "empty"},
	{"broken off after an error", ssi, "55 AA ~150 55 AA ~150", "resync; resync"},
	{"a good packet ends a run", ssi, "02 " + decoded("00", "03", "A") + " 02 " + decoded("00", "03", "B"), "bad-length; code ]C0 A; bad-length; code ]C0 B"},
	{"unplug in a packet", ssi, "12 F3 00 # " + decoded("00", "03", "A"), "link-lost; code ]C0 A"},
	{"unplug in a message", ssi, decoded("02", "1C", "A") + " # " + decoded("00", "1C", "B"), "link-lost; code ]Q1 B"},
	{"unplug after an error", ssi, "55 AA #", "resync"},
	{"unplug between packets", ssi, decoded("00", "03", "A") + " #", "code ]C0 A"},
	{"no text", ssi, decoded("00", "03", ""), "empty"},
	{"no code type", ssi, packet("F3", "00", ""), "empty"},
	{"control character", ssi, decoded("00", "03", "A\tB"), "control-char"},
	{"not UTF-8", ssi, decoded("00", "03", "A\xff"), "charset"},
	{"padding", ssi, decoded("00", "03", " A "), "code ]C0 A"},

	{"the same again is a second scan", ssi, decoded("00", "03", "A") + " " + decoded("00", "03", "A"), "code ]C0 A; code ]C0 A"},
	{"sent again what never arrived", ssi, decoded("00", "03", "A") + " " + decoded("01", "03", "B"), "code ]C0 A; code ]C0 B"},
	{"sent twice again", ssi, decoded("00", "03", "A") + " ~2000 " + decoded("01", "03", "A") + " ~2000 " + decoded("01", "03", "A"), "code ]C0 A; retransmission; retransmission"},
	{"sent again after an answer", ssi, decoded("00", "03", "A") + " 04 D0 00 00 FF 2C " + decoded("01", "03", "A"), "code ]C0 A; ack; retransmission"},
	{"sent again after an unplug", ssi, decoded("00", "03", "A") + " # " + decoded("01", "03", "A"), "code ]C0 A; code ]C0 A"},
	{"no-read sent again", ssi, decoded("00", "01", "NR") + " " + decoded("01", "01", "NR"), "no-read; retransmission"},
	{"status bits of newer devices", ssi, decoded("A0", "03", "A") + " " + decoded("A1", "03", "A"), "code ]C0 A; retransmission"},
	{"damaged, then sent again", ssi, strings.Replace(decoded("00", "03", "AB"), "41", "43", 1) + " " + decoded("01", "03", "AB"), "checksum; code ]C0 AB"},
	{"the same again, damaged, then sent again", ssi, decoded("00", "03", "AB") + " " + strings.Replace(decoded("00", "03", "AB"), "41", "43", 1) + " " + decoded("01", "03", "AB"), "code ]C0 AB; checksum; code ]C0 AB"},
	{"sent again, damaged, then sent again", ssi, decoded("00", "03", "AB") + " " + strings.Replace(decoded("01", "03", "AB"), "41", "43", 1) + " " + decoded("01", "03", "AB"), "code ]C0 AB; checksum; retransmission"},

	{"message of three packets", ssi, decoded("02", "1C", "AB") + " " + decoded("02", "1C", "CD") + " " + decoded("00", "1C", "EF"), "code ]Q1 ABCDEF"},
	{"packet of a message sent again", ssi, decoded("02", "1C", "AB") + " " + decoded("03", "1C", "AB") + " " + decoded("00", "1C", "CD"), "retransmission; code ]Q1 ABCD"},
	{"packet of a message damaged", ssi, decoded("02", "1C", "AB") + " " + strings.Replace(decoded("00", "1C", "CD"), "43", "44", 1) + " " + decoded("01", "1C", "CD"), "checksum; code ]Q1 ABCD"},
	{"packet of a message equal to the one before and damaged", ssi, decoded("02", "1C", "AA") + " " + strings.Replace(decoded("02", "1C", "AA"), "41", "44", 1) + " " + decoded("03", "1C", "AA") + " " + decoded("00", "1C", "B"), "checksum; code ]Q1 AAAAB"},
	{"other packet inside a message", ssi, decoded("02", "1C", "AB") + " 04 D0 00 00 FF 2C " + decoded("00", "1C", "CD"), "ack; code ]Q1 ABCD"},
	{"another symbol inside a message", ssi, decoded("02", "1C", "AB") + " " + decoded("00", "03", "CD"), "code ]C0 CD"},
	{"characters cut by packets", ssi, decoded("02", "1C", "A\xc3") + " " + decoded("00", "1C", "\x84B"), "code ]Q1 AÄB"},
	{"message too long", ssi, decoded("02", "1C", strings.Repeat("A", 40)) + " " + decoded("02", "1C", strings.Repeat("B", 40)) + " " + decoded("00", "1C", "C") + " " + decoded("00", "1C", "D"), "oversize; code ]Q1 D"},
	{"message too long, then silence", ssi, decoded("02", "1C", strings.Repeat("A", 40)) + " " + decoded("02", "1C", strings.Repeat("B", 40)) + " ~150 " + decoded("00", "1C", "D"), "code ]Q1 D"},
	{"message given up, then begun again", ssi, decoded("02", "1C", "AB") + " ~2000 " + decoded("03", "1C", "AB") + " " + decoded("00", "1C", "CD"), "code ]Q1 ABCD"},
	{"message given up, then its end sent again", ssi, decoded("02", "1C", "AB") + " ~2000 " + decoded("01", "1C", "CD") + " " + decoded("00", "03", "E"), "truncated; code ]C0 E"},
	{"message given up, then its middle sent again", ssi, decoded("02", "1C", "AB") + " " + decoded("02", "1C", "CD") + " ~2000 " + decoded("03", "1C", "CD") + " " + decoded("00", "1C", "EF") + " " + decoded("00", "1C", "G"), "truncated; code ]Q1 G"},

	{"identifier in the text", ssi, decoded("00", "03", "]C1800395"), "code ]C1 800395"},
	{"add-on alone, by identifier", ssi, decoded("00", "0B", "]E112"), "addon-only"},
	{"type not known", ssi, decoded("00", "16", "9780306406157"), "code 9780306406157"},
	{"UPC-A", ssi, decoded("00", "08", "412345678903"), "code ]E0 412345678903"},
	{"EAN-8", ssi, decoded("00", "0A", "12345670"), "code ]E4 12345670"},
	{"EAN-13 with its add-on", ssi, decoded("00", "4B", "290000123456612") + " " + decoded("00", "8B", "290000123456612345"), "code ]E3 2900001234566; code ]E3 2900001234566"},
	{"EAN-8 with its add-on", ssi, decoded("00", "4A", "1234567012"), "code ]E4 12345670"},
	{"add-on longer than the code", ssi, decoded("00", "8B", "12345") + " " + decoded("00", "4B", "1ÄÖ"), "bad-length; bad-length"},
	{"GS1-128", ssi, decoded("00", "0F", "8018952123456789012345"), "code ]C1 8018952123456789012345"},
	{"GS1-128 with GS", ssi, decoded("00", "0F", "10AB\x1d21C"), "code ]C1 10AB\x1d21C"},
	{"GS1-128 with GS written out", ssiGS, decoded("00", "0F", "10AB|21C") + " " + decoded("00", "03", "A|B"), "code ]C1 10AB\x1d21C; code ]C0 A|B"},
	{"cordless header", ssiCordless, packet("F3", "A0", "01 02 03 0B 32393030303031323334353636"), "code ]E0 2900001234566"},
	{"cordless header without data", ssiCordless, packet("F3", "00", "01 02 03"), "empty"},
}

// The bytes are those of the Simple Serial Interface Programmer's Guide.
func TestSSICommands(t *testing.T) {
	for _, c := range []struct {
		name, want string
		got        []byte
	}{
		{"ack", "04 D0 04 00 FF 28", frame.SSIPacket(0xD0)},
		{"short high beep", "05 E6 04 00 00 FF 11", frame.SSIBeep(0)},
		{"short high beep of a clone", "05 E6 04 00 01 FF 10", frame.SSIBeep(1)},
		{"short low beep", "05 E6 04 00 05 FF 0C", frame.SSIBeep(5)},
		{"green LED on", "05 E7 04 00 01 FF 0F", frame.SSIPacket(0xE7, 1)},
		{"scan enable", "04 E9 04 00 FF 0F", frame.SSIPacket(0xE9)},
		{"request revision", "04 A3 04 00 FF 55", frame.SSIPacket(0xA3)},
		{"send packets", "07 C6 04 00 FF EE 01 FD 41", frame.SSIPacket(0xC6, 0xFF, 0xEE, 0x01)},
	} {
		if got := fmt.Sprintf("% X", c.got); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := frame.SSIPacket(0xC6, make([]byte, 300)...); len(got) != 257 || got[0] != 0xFF {
		t.Errorf("too much data became %d bytes", len(got))
	}
}

// A device that hears nothing sends everything three times and complains; one
// that hears too much takes an answer for a command.
func TestSSIAnswers(t *testing.T) {
	const ack, resend = "04D00400FF28", "05D1040001FF25"
	damaged := strings.Replace(decoded("00", "03", "AB"), "41", "43", 1)
	for _, c := range []struct {
		name, input, want string
		wake              bool
	}{
		{"decode", decoded("00", "03", "A"), ack, false},
		{"decode, with a wake-up", decoded("00", "03", "A"), "00" + ack, true},
		{"no-read", decoded("00", "01", "NR"), ack, false},
		{"what we reject arrived all the same", decoded("00", "03", "A\tB") + " " + packet("F3", "00", ""), ack + " " + ack, false},
		{"sent again", decoded("00", "03", "A") + " " + decoded("01", "03", "A"), ack + " " + ack, false},
		{"every packet of a message", decoded("02", "1C", "A") + " " + decoded("00", "1C", "B"), ack + " " + ack, false},
		{"message too long", decoded("02", "1C", strings.Repeat("A", 60)) + " " + decoded("00", "1C", "BBBBB"), ack + " " + ack, false},
		{"an ACK is not acknowledged", "04 D0 00 00 FF 2C " + packet("D1", "00", "02"), "", false},
		{"what was asked for or happened", packet("A4", "00", "41") + " " + packet("C6", "00", "FF EE 01") + " " + packet("D4", "00", "01") + " " + packet("F6", "00", "0A"), strings.Repeat(" "+ack, 4)[1:], false},
		{"damaged: asked for once", damaged + " " + damaged + " ~150", resend, false},
		{"damaged: asked for once, with a wake-up", damaged + " ~150", "00" + resend, true},
		{"damaged behind noise", "55 AA " + damaged + " ~150", resend, false},
		{"damaged again after silence", damaged + " ~150 " + damaged, resend + " " + resend, false},
		{"noise is not asked for", "55 AA ~150 02 ~150 12 F3 ~150", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent []string
			for _, e := range play(ssiOf(frame.SSIConfig{Max: 64, Wake: c.wake}), parse(t, c.input)) {
				if e.Send != nil {
					sent = append(sent, fmt.Sprintf("%X", e.Send))
				}
			}
			if got := strings.Join(sent, " "); got != c.want {
				t.Errorf("sent %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever follows noise, the packet behind a silence is heard.
func TestSSIBufferIsBounded(t *testing.T) {
	s := frame.NewSSI(frame.SSIConfig{})
	noise := bytes.Repeat([]byte{0xFF, 0xF3, 0x00, 0x02, 0x1C}, 100_000)
	allocated := testing.AllocsPerRun(1, func() { s.Feed(start, noise) })
	if allocated > 100 {
		t.Errorf("%.0f allocations for noise", allocated)
	}
	events := s.Feed(start.Add(time.Second), parse(t, decoded("00", "03", "A"))[0].data)
	if got := format(events); got != "code ]C0 A" && got != "truncated; code ]C0 A" {
		t.Errorf("after the noise: %q", got)
	}
}
