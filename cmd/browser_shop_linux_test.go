package cmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"zegel/cmd/zegel/demo"
	"zegel/printer/printertest"
	"zegel/terminal/signin"
)

// A till is a lane of a shop that runs, its page in a browser, and whoever
// works there: with the keyboard, the scanner and nothing else.
type till struct {
	tab
	shop  *demo.Shop
	taken int // papers that were taken from the printer

	code string // that was read last
	read time.Time
}

// browserShop is a shop whose daemon serves at the same address each time it
// is started, as a shop's does.
func browserShop(t *testing.T, cfg demo.ShopConfig) *demo.Shop {
	t.Helper()
	cfg.Folder = t.TempDir()
	s, err := demo.NewShop(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Stop() // its error is the daemon's, which a test that minds has looked at
		s.Close()
	})
	path := filepath.Join(cfg.Folder, "zegel.toml")
	config, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	config = bytes.Replace(config, []byte(`listen = "127.0.0.1:0"`), fmt.Appendf(nil, "listen = %q", freePort(t)), 1)
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// openTill starts the daemon and opens its page with a link that works once.
func openTill(t *testing.T, s *demo.Shop) *till {
	t.Helper()
	start(t, s)
	link, err := s.Tool(t.Context(), "open", "--print")
	if err != nil {
		t.Fatal(err)
	}
	p := &till{tab: browse(t, strings.TrimSpace(string(link))), shop: s}
	p.until("the counter's page is open", `location.pathname === '/kassa/kassa1/' && 'painted' in document.documentElement.dataset`)
	return p
}

// hire gives somebody a PIN and a badge.
func hire(t *testing.T, s *demo.Shop, name string, flags ...string) (who signin.Issued) {
	t.Helper()
	out, err := s.Tool(t.Context(), append([]string{"user", "add", name, "--json"}, flags...)...)
	if err == nil {
		err = json.Unmarshal(out, &who)
	}
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// repeats is for longer than a code that is read again counts as the scanner's
// own repeat.
const repeats = 1600 * time.Millisecond

// scan holds a code before the scanner.
func (p *till) scan(code string) {
	p.Helper()
	if code == p.code {
		time.Sleep(time.Until(p.read.Add(repeats)))
	}
	p.code, p.read = code, time.Now()
	if _, err := p.shop.Scanner.Write([]byte(code + "\r\n")); err != nil {
		p.Fatal(err)
	}
}

// onScreen is what can be read on the page, in the order it stands there.
const onScreen = `[...document.querySelectorAll('header, main, dialog[open], #wait:not([hidden])')].map((e) => e.innerText).join(' ').replace(/\s+/g, ' ')`

// reads waits until all of this stands on the screen.
func (p *till) reads(wants ...string) {
	p.Helper()
	p.waits("can be read", wants, func(shown, want string) bool { return strings.Contains(shown, want) })
}

// misses waits until nothing of this stands on the screen.
func (p *till) misses(wants ...string) {
	p.Helper()
	p.waits("is gone from the screen", wants, func(shown, want string) bool { return !strings.Contains(shown, want) })
}

func (p *till) waits(what string, wants []string, so func(shown, want string) bool) {
	p.Helper()
	end := time.Now().Add(10 * time.Second)
	for i := 0; i < len(wants); {
		shown := eval[string](p.tab, onScreen)
		switch {
		case so(shown, wants[i]):
			i++
			continue
		case time.Now().After(end):
			p.Fatalf("it never came to it that %q %s:\n%s", wants[i], what, shown)
		}
		p.do(chromedp.Sleep(5 * time.Millisecond))
	}
}

// shifted presses a key by its name, with Shift held down.
func (p *till) shifted(name string, code int64) {
	p.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		if _, err := chromedp.Call(p.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: name, Code: name, WindowsVirtualKeyCode: code, Modifiers: 8, // as the protocol numbers Shift
		}); err != nil {
			p.Fatal(err)
		}
	}
}

// paper is the next paper out of the printer that has a text on it.
func (p *till) paper(wants ...string) printertest.Paper {
	p.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		papers := p.shop.Printer.Papers()
		if p.taken >= len(papers) {
			continue
		}
		paper := papers[p.taken]
		p.taken++
		for _, want := range wants {
			if !strings.Contains(strings.Join(strings.Fields(paper.Text()), " "), want) {
				p.Errorf("the paper does not say %q:\n%s", want, paper.Text())
			}
		}
		return paper
	}
	p.Fatalf("no paper came out; want one that says %q", wants)
	return printertest.Paper{}
}

// printed waits until the daemon knows that every slip is on paper.
func (p *till) printed() {
	p.Helper()
	if err := p.shop.Until(p.Context(), "every slip is printed", func() (bool, error) {
		st, err := p.shop.Status(p.Context())
		return err == nil && st.Store.SlipsDue == 0, err
	}); err != nil {
		p.Fatal(err)
	}
}

// square is what the square on a paper says.
func square(p printertest.Paper) string {
	for _, l := range p.Lines {
		if text, ok := l.QR(); ok {
			return text
		}
	}
	return ""
}

// codeOn is the reference that stands on a paper.
func codeOn(p printertest.Paper) string {
	return regexp.MustCompile(`[0-9A-F]{4}-[0-9]+`).FindString(p.Text())
}

// cutOff is what is said on the screen and does not fit there.
const cutOff = `[...document.querySelectorAll('.say, .tell')].filter((e) => e.checkVisibility() && e.scrollHeight > e.clientHeight + 1).map((e) => e.innerText).join('; ')`

// look looks at the page as it stands, in both themes and, where pictures are
// kept, in both sizes.
func (p *till) look(state string) {
	p.Helper()
	if bad := eval[string](p.tab, cutOff); bad != "" {
		p.Errorf("%s: cut off: %s", state, bad)
	}
	p.accessible(state)
	for _, theme := range []emulation.MediaFeature{darkTheme, lightTheme} {
		p.media(theme)
		if theme == darkTheme {
			p.legible(state + ", dark")
		}
		if os.Getenv("ZEGEL_SHOTS") == "" {
			continue
		}
		for _, size := range []struct{ width, height int64 }{{1920, 1080}, {1024, 600}} {
			p.size(size.width, size.height)
			p.shot(fmt.Sprintf("day-%s-%d-%s", state, size.width, theme.Value))
		}
	}
}
