package cmd_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/basket"
	"zegel/terminal/loyalty/session"
)

func moneyOf(m int64) basket.Money { return basket.Money(m) }

func counterHandler(d *scripted, version string) http.Handler {
	return cashier.Handler(counterConfig(d, version))
}

// A tab is one page in a real browser.
type tab struct {
	*testing.T
	ctx context.Context
}

// browse opens a page in Chromium.
func browse(t *testing.T, url string) tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("the counter's page is tried in Chromium, which is not here: `make browser` installs it and runs these tests, as `make test` does (%v)", err)
	}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox) // Chromium refuses to put root into its sandbox
	}
	alloc, end := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(end)
	ctx, leave := chromedp.NewContext(alloc)
	t.Cleanup(leave)
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(stop)
	b := tab{t, ctx}
	b.size(1024, 600)
	b.do(chromedp.Navigate(url))
	return b
}

func (b tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

func (b tab) size(width, height int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

func eval[T any](b tab, script string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition in the page.
func (b tab) until(what, script string) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if eval[bool](b, script) {
			return
		}
		if time.Now().After(end) {
			b.Fatalf("it never came true that %s: %s\n%s", what, script, eval[string](b, "document.body.innerText"))
		}
	}
}

// painted waits until the screen of a turn stands in pixels.
func (b tab) painted(turn int64) {
	b.Helper()
	b.until(fmt.Sprintf("turn %d is painted", turn), fmt.Sprintf("document.documentElement.dataset.painted === '%d'", turn))
}

// human is how far apart a person's key presses are at their closest: what
// comes faster is a scanner that types.
const human = 45 * time.Millisecond

// types presses keys as a person does.
func (b tab) types(keys ...string) {
	b.Helper()
	for _, word := range keys {
		if len(word) > 1 && !strings.ContainsAny(word, "0123456789") && !isSpecial(word) {
			b.Fatalf("%q is not a key", word)
		}
		for _, key := range word {
			b.do(chromedp.KeyEvent(string(key)), chromedp.Sleep(human))
		}
	}
}

func isSpecial(key string) bool { return len([]rune(key)) == 1 }

// wedge is a scanner that types.
func (b tab) wedge(code string) {
	b.Helper()
	b.do(chromedp.KeyEvent(code + kb.Enter))
}

func (b tab) media(features ...emulation.MediaFeature) {
	b.Helper()
	list := make([]*emulation.MediaFeature, len(features))
	for i := range features {
		list[i] = &features[i]
	}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: list}); err != nil {
		b.Fatal(err)
	}
}

// shot keeps a picture of the page in the folder that ZEGEL_SHOTS names.
func (b tab) shot(name string) {
	b.Helper()
	folder := os.Getenv("ZEGEL_SHOTS")
	if folder == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}

// places are where what a cashier looks for and presses stands on the screen.
const places = `JSON.stringify(Object.fromEntries(['#head h1', '#balance', '#amounts', '#said', '#field', '#primary button', '#list',
	...['Escape', '+', '-', '*', '/', 'F4', 'F2', 'F9', 'F1'].map((k) => '#keys [data-key="' + k + '"]')].map((s) => {
	const r = document.querySelector(s).getBoundingClientRect();
	return [s, [r.left, r.top, s === '#head h1' ? 0 : r.width, r.height].map(Math.round)];
})))`

// faults are what no state of the screen may have: anything too small to hit
// or cut off, and a page wider than the screen.
const faults = `JSON.stringify([...document.querySelectorAll('button, a, input')].filter((e) => e.offsetParent && !e.closest('dialog:not([open])')).flatMap((e) => {
	const r = e.getBoundingClientRect(), name = e.id || e.innerText || e.name, out = [];
	if (e.id !== 'field' && e.type !== 'checkbox' && (r.width < 44 || r.height < 44)) out.push(name + ' is ' + r.width + ' x ' + r.height);
	if (e.closest('#primary') && r.height < 64) out.push('the large key is ' + r.height + ' high');
	if (e.tagName === 'BUTTON' && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)) out.push(name + ' is cut off');
	return out;
}).concat([...document.querySelectorAll('h1, .tell, #amounts b, .sums b, .name')].filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline').map((e) => e.innerText + ' is cut off'))
	.concat(document.documentElement.scrollWidth > innerWidth ? ['the page is wider than the screen'] : []))`

var (
	light = emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	dark  = emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"}
)

func sceneNames() []string { return slices.Sorted(maps.Keys(scenes())) }

// Nothing moves: in every state, what a cashier looks for and presses stands in
// the same place, large enough and whole.
func TestCounterPageKeepsEverythingInItsPlace(t *testing.T) {
	p := serveCounter(t)
	b := browse(t, p.url)
	for _, size := range []struct{ width, height int64 }{{1024, 600}, {1920, 1080}, {1366, 768}} {
		b.size(size.width, size.height)
		var first string
		for _, name := range sceneNames() {
			b.painted(p.desk.show(scenes()[name]))
			at := eval[string](b, places)
			if first == "" {
				first = at
			}
			if at != first {
				t.Errorf("%d x %d: in %s things stand elsewhere:\n%s\n%s", size.width, size.height, name, at, first)
			}
			if bad := eval[string](b, faults); bad != "[]" {
				t.Errorf("%d x %d: %s: %s", size.width, size.height, name, bad)
			}
			for _, theme := range []emulation.MediaFeature{light, dark} {
				b.media(theme)
				b.shot(fmt.Sprintf("%s-%d-%s", name, size.width, theme.Value))
			}
		}
	}
}

var _ = cdp.Empty{}
var _ = httptest.NewServer
var _ = session.Free
