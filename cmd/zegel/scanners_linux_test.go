package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zegel/install/programmes"
	"zegel/scanner/preset"
	"zegel/scanner/scannertest"
)

// plugged is a device of the shop, plugged in.
func (s *shop) plugged(t *testing.T, name string) *scannertest.Device {
	t.Helper()
	d := scannertest.New(filepath.Join(s.folder, name))
	if err := d.Plug(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Unplug() })
	return d
}

// adds puts more below what the configuration says of the lane; {folder} is the
// shop's.
func (s *shop) adds(t *testing.T, more string) {
	t.Helper()
	text, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.folder, "zegel.toml", string(text)+strings.ReplaceAll(more, "{folder}", s.folder))
	if s.cfg, err = loadConfig(s.path, nil, nil); err != nil {
		t.Fatal(err)
	}
}

// running is the shop with its daemon, once all its devices are ready.
func (s *shop) running(t *testing.T) *running {
	t.Helper()
	r := &running{shop: s}
	r.start(t)
	r.untilReady(t)
	return r
}

func (r *running) untilReady(t *testing.T) {
	t.Helper()
	until(t, "all devices are ready", func() bool {
		st := r.status(t)
		for _, sc := range st.Scanners {
			if sc.State != "ready" {
				return false
			}
		}
		for _, p := range st.Passes {
			if p.State != "ready" {
				return false
			}
		}
		return true
	})
}

func (r *running) status(t *testing.T) status {
	t.Helper()
	var st status
	if err := r.till.get(t.Context(), "/v1/status", &st); err != nil {
		t.Fatal(err)
	}
	return st
}

// ends stops the daemon, which must have had nothing to complain about, and
// gives its log.
func (r *running) ends(t *testing.T) string {
	t.Helper()
	code, log := r.stop()
	if code != 0 {
		t.Errorf("it ended with %d, its log:\n%s", code, log)
	}
	return log
}

// A till that shares the scanner gets its articles byte for byte and at once,
// and no card.
func TestWhatIsNotOursGoesOnToTheTill(t *testing.T) {
	s := newShop(t, "")
	device, till := s.plugged(t, "scanner"), s.plugged(t, "till")
	s.adds(t, "[lane.scanner]\ndevice = '{folder}/scanner'\n[lane.pass]\nto = \"serial\"\ndevice = '{folder}/till'\n")
	r := s.running(t)
	defer r.ends(t)

	// An article is scanned anew as often as it is bought: no repeat is dropped.
	articles := []string{"4006381333931\r\n", "]E08711600610828\r\n", "]C10109521234567899\x1d10AB\r\n", "A-200-B\r\n", "96385075\r\n", "\x02odd\x03\r\n"}
	const rounds = 100
	var took []time.Duration
	buf := make([]byte, 256)
	for n := range rounds * len(articles) {
		article := articles[n%len(articles)]
		began := time.Now()
		if _, err := device.Write([]byte(article)); err != nil {
			t.Fatal(err)
		}
		var got []byte
		for len(got) < len(article) {
			n, err := till.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, buf[:n]...)
		}
		took = append(took, time.Since(began))
		if string(got) != article {
			t.Fatalf("the till read %q of %q", got, article)
		}
	}
	slices.Sort(took)
	p50, p99 := took[len(took)/2], took[len(took)*99/100]
	t.Logf("last byte to the till's line, %d articles: half within %v, 99 %% within %v, at most %v", len(took), p50, p99, took[len(took)-1])
	// A machine that runs all other tests besides is no measure for one in a
	// thousand; that no article waits for anything shows in most of them.
	if most := took[len(took)*9/10]; most > 20*time.Millisecond {
		t.Errorf("90 %% within %v, want 20ms", most)
	}

	// A card is ours; one that was misread is too, and is not sold as an article.
	if _, err := device.Write([]byte("2900001234567\r\n" + annsCard + "\r\n" + "4006381333931\r\n")); err != nil {
		t.Fatal(err)
	}
	until(t, "the card is at the counter", func() bool {
		_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
		return v["state"] == "card"
	})
	n, err := till.Read(buf)
	if err != nil || !strings.HasPrefix("4006381333931\r\n", string(buf[:n])) {
		t.Errorf("the till read %q, %v", buf[:n], err)
	}
	until(t, "all is counted", func() bool {
		st := r.status(t)
		return st.Scanners[0].Scans == 2 && st.Passes[0].Sent >= rounds*uint64(len(articles))+1
	})
	s.zegel(t, "status").is(t, 0, "for the till", "till's line kassa1", "handed on")

	if err := till.Unplug(); err != nil {
		t.Fatal(err)
	}
	until(t, "the till's line is missed", func() bool { return s.zegel(t, "status").code == exitProblems })
	s.zegel(t, "doctor").is(t, 2, "till's line kassa1", "what is not ours does not reach it")
	if _, err := device.Write([]byte("4006381333931\r\n")); err != nil {
		t.Fatal(err)
	}
	until(t, "it is told that an article did not get through", func() bool { return r.status(t).Scanners[0].NotTaken > 0 })
}

// A till that asks over HTTP gets them as events, and nothing is on the screen.
func TestWhatIsNotOursIsToldToTheTill(t *testing.T) {
	s := newShop(t, "")
	device := s.plugged(t, "scanner")
	s.adds(t, "[lane.scanner]\ndevice = '{folder}/scanner'\n[lane.pass]\nto = \"till\"\n")
	r := s.running(t)
	_, reset := r.call(t, "GET", "/v1/lanes/kassa1/events?wait=1", "")
	for range 3 { // three of the same within a second are three
		if _, err := device.Write([]byte("]E04006381333931\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := device.Write([]byte("4111111111111111\r\n")); err != nil {
		t.Fatal(err)
	}
	var events string
	until(t, "the till hears of them", func() bool {
		_, v := r.call(t, "GET", fmt.Sprintf("/v1/lanes/kassa1/events?wait=1&after=%.0f", reset["last"]), "")
		events = fmt.Sprint(v)
		return strings.Count(events, "4006381333931") == 3
	})
	if strings.Contains(events, "4111111") {
		t.Errorf("a payment card was told: %s", events)
	}
	if _, v := r.call(t, "GET", "/v1/lanes/kassa1", ""); v["state"] != "free" {
		t.Errorf("the lane: %v", v)
	}
	if log := r.ends(t); strings.Contains(log, "4111111") {
		t.Errorf("the log:\n%s", log)
	}
}

// chips is a shop's programme with contactless cards besides.
func (s *shop) chips(t *testing.T) {
	t.Helper()
	write(t, s.folder, "punten.toml", string(programmes.Starter("Jansen", "29", "1.00"))+"\n[[card]]\nname = \"sticker\"\nclass = \"uid\"\n")
}

// heard tells what a device is told.
type heard struct{ *scannertest.SSI }

func (h heard) until(t *testing.T, what string, beep byte) {
	t.Helper()
	until(t, what, func() bool { return bytes.IndexByte(h.Beeps(), beep) >= 0 })
}

// A scanner that beeps and a reader of chips at one lane: each is heard, and the
// beep is for what the desk said.
func TestTwoDevicesAtOneLane(t *testing.T) {
	s := newShop(t, "")
	s.chips(t)
	gun, pad := s.plugged(t, "gun"), s.plugged(t, "pad")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ssi, chip := heard{scannertest.NewSSI(scannertest.SSIConfig{})}, scannertest.NewPN532()
	ended := make(chan error, 2)
	go func() { ended <- gun.Run(ctx, ssi.Serve) }()
	go func() { ended <- pad.Run(ctx, chip.Serve) }()
	defer func() {
		stop()
		if err := errors.Join(<-ended, <-ended); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	s.adds(t, `[[lane.scanner]]
device = '{folder}/gun'
name = "gun"
preset = "zebra-ssi"
[[lane.scanner]]
device = '{folder}/pad'
name = "pad"
preset = "pn532"
`)
	r := s.running(t)
	defer r.ends(t)
	known, _ := preset.Find("zebra-ssi")
	accept, reject := known.Feedback.Accept[4], known.Feedback.Reject[4]

	if err := ssi.Scan(t.Context(), 0x0B, annsCard); err != nil {
		t.Fatal(err)
	}
	ssi.until(t, "the gun beeps for the card", accept)
	if _, v := r.call(t, "GET", "/v1/lanes/kassa1", ""); v["state"] != "card" || !strings.HasSuffix(v["card"].(string), "4566") {
		t.Errorf("it beeped before the card was accepted: %v", v)
	}
	if err := ssi.Scan(t.Context(), 0x0B, "4006381333931"); err != nil {
		t.Fatal(err)
	}
	ssi.until(t, "the gun says no to an article", reject)

	if _, v := r.call(t, "POST", "/v1/lanes/kassa1/cancel", ""); v["state"] != "free" {
		t.Fatal(v)
	}
	chip.Place(scannertest.NTAG213([7]byte{0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80}, nil))
	until(t, "the sticker is at the counter", func() bool {
		_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
		return v["state"] == "card" && strings.HasSuffix(v["card"].(string), "E580")
	})
	st := r.status(t)
	if len(st.Scanners) != 2 || st.Scanners[0].Name != "kassa1 gun" || st.Scanners[1].Name != "kassa1 pad" || st.Scanners[1].Scans != 1 || st.Scanners[1].Port == "" {
		t.Errorf("got %+v", st.Scanners)
	}

	// The screen tells of either that is missing.
	if err := pad.Unplug(); err != nil {
		t.Fatal(err)
	}
	ill := func() bool {
		_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
		return strings.Contains(fmt.Sprint(v["devices"]), "K-301")
	}
	until(t, "the reader is missed", ill)
	s.zegel(t, "doctor").is(t, 2, "scanner kassa1 pad", "the daemon says: ")
	if err := pad.Plug(); err != nil {
		t.Fatal(err)
	}
	until(t, "the reader is back", func() bool { return !ill() })
}

func TestWatchSniffAndRecordADevice(t *testing.T) {
	s := newShop(t, "")
	device := s.plugged(t, "scanner")
	s.adds(t, "[lane.scanner]\ndevice = '{folder}/scanner'\n")
	// It scans for as long as somebody listens.
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			for _, text := range []string{annsCard + "\r\n", "4006381333931\r", "NR\r", "29000"} {
				if _, err := device.Write([]byte(text)); err != nil {
					t.Error(err)
				}
				time.Sleep(30 * time.Millisecond)
			}
			time.Sleep(150 * time.Millisecond)
		}
	}()
	defer func() { stop(); <-ended }()

	s.zegel(t, "scanner", "watch", "--for", "1500ms").is(t, 0, "as generic at 9600 8N1", "the port is open",
		"card …4566 (", "product 4006381333931", "refused: no-read", "refused: unterminated")
	if text := s.zegel(t, "scanner", "watch", "--for", "1s", "--json"); strings.Contains(text.out, annsCard) || !strings.Contains(text.out, `"code":"…4566"`) {
		t.Errorf("it says\n%s", text.out)
	}
	s.zegel(t, "scanner", "watch", "--for", "1s", "--json", "--show", "--lane", "kassa1").is(t, 0, `"code":"`+annsCard+`"`)
	s.zegel(t, "scanner", "sniff", "--for", "1s").is(t, 0, "< "+strings.Repeat("nn ", 13)+"0D 0A\n", "< xx xx 0D\n")
	s.zegel(t, "scanner", "sniff", "--for", "1s", "--show", "--device", device.Path()).is(t, 0, "  2900001234566..\n", "< 4E 52 0D  NR.\n")

	path := filepath.Join(s.folder, "shop.rec")
	s.zegel(t, "scanner", "record", "--for", "1500ms", path).is(t, 0, "will hold the numbers of the cards", "zegel scanner replay "+path)
	info, err := os.Stat(path)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the recording: %v, %v", info, err)
	}
	replay(t, path).is(t, 0, "card …4566 (", "product 4006381333931", "refused: no-read", "refused: unterminated")
	s.zegel(t, "scanner", "record", "--for", "1s", path).is(t, exitProblems, "is there already")
}

// While the daemon has the device, nobody else takes bytes away from it.
func TestTheDaemonsDeviceIsItsOwn(t *testing.T) {
	s := newRunningShop(t)
	r := s.runs(t)
	r.untilReady(t)
	s.zegel(t, "scanner", "watch", "--for", "1s").is(t, exitUnavailable, "if it is the daemon, stop that meanwhile")
	r.scans(t, annsCard)
	r.ends(t)
}

// A tap of a chip that is recorded is a tap when it is replayed, though the
// reader is not asked again.
func TestARecordedTapIsReplayed(t *testing.T) {
	s := newShop(t, "")
	pad := s.plugged(t, "pad")
	ctx, stop := context.WithCancel(t.Context())
	chip := scannertest.NewPN532()
	ended := make(chan error, 1)
	go func() { ended <- pad.Run(ctx, chip.Serve) }()
	defer func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	chip.Place(scannertest.NTAG213([7]byte{0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80}, scannertest.EncodeNDEFText("en", "LOY:1:8F3K2Q")))
	path := filepath.Join(s.folder, "tap.rec")
	zegel(t, "", "scanner", "record", "--device", pad.Path(), "--preset", "pn532", "--for", "2s", path).is(t, 0)
	replay(t, "--json", path).is(t, 0, `"symbology":"ndef","code":"LOY:1:8F3K2Q"`)
	if got := replay(t, "--json", path); strings.Count(got.out, `"event":"scan"`) != 1 || strings.Contains(got.out, "no-answer") {
		t.Errorf("got\n%s", got.out)
	}
}

// operated runs a command whose questions somebody answers who reads them.
func operated(t *testing.T, answer func(line string), args ...string) said {
	t.Helper()
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	errs := standard(t, &os.Stderr, "")
	in := standard(t, &os.Stdin, "")
	ours := os.Stdout
	os.Stdout = to
	ended := make(chan int, 1)
	go func() {
		code := execute(t.Context(), args)
		to.Close()
		ended <- code
	}()
	var out strings.Builder
	for lines := bufio.NewScanner(from); lines.Scan(); {
		out.WriteString(lines.Text() + "\n")
		answer(lines.Text())
	}
	code := <-ended
	os.Stdout = ours
	in()
	return said{code, out.String(), errs()}
}

// Somebody scans the sheet with a scanner that is set up oddly, and what setup
// prints reads that scanner.
func TestSetupThroughARealLine(t *testing.T) {
	var asked = regexp.MustCompile(`^(\d) of \d: scan `)
	codes := sheetTexts(t)
	for name, c := range map[string]struct {
		sends func(text string, at string) string // at a setting of the line
		want  []string
	}{
		"a prefix and a tab": {func(text, _ string) string { return "~" + text + "\t" }, []string{"prefix = \"~\"", "terminators = [\"tab\"]"}},
		"seven bits": {func(text, at string) string {
			if strings.Contains(at, "7E1") {
				return "\x02" + text + "\x03"
			}
			return evenParity("\x02" + text + "\x03")
		}, []string{"preset = \"olivetti\""}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t, "")
			device := s.plugged(t, "scanner")
			at := ""
			found := operated(t, func(line string) {
				if strings.Contains(line, "Once more") {
					at = line
				}
				if m := asked.FindStringSubmatch(line); m != nil {
					if _, err := device.Write([]byte(c.sends(codes[m[1][0]-'1'], at))); err != nil {
						t.Error(err)
					}
				}
			}, "scanner", "setup", "--device", device.Path(), "--wait", "5s")
			found.is(t, 0, append(c.want, "scan EAN-13", "Everything was read", "[[lane.scanner]]")...)
			_, toml, _ := strings.Cut(found.out, "[[lane.scanner]]")
			s.adds(t, "[[lane.scanner]]"+toml)
			r := s.running(t)
			if _, err := device.Write([]byte(c.sends(annsCard, at))); err != nil {
				t.Fatal(err)
			}
			until(t, "the card is at the counter", func() bool {
				_, v := r.call(t, "GET", "/v1/lanes/kassa1", "")
				return v["state"] == "card"
			})
			r.ends(t)
		})
	}
}

// evenParity sets the top bit of every byte with an odd number of ones.
func evenParity(text string) string {
	b := []byte(text)
	for i, c := range b {
		b[i] |= byte(bits.OnesCount8(c)%2) << 7
	}
	return string(b)
}

// sheetTexts are the codes of the sheet, from its first.
func sheetTexts(t *testing.T) []string {
	t.Helper()
	slip, err := sheet("en")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, b := range slip.Blocks {
		switch {
		case b.Barcode != nil:
			texts = append(texts, b.Barcode.Text)
		case b.QR != "":
			texts = append(texts, b.QR)
		}
	}
	return texts
}
