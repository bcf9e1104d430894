package cmd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

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
	b.complain()
	b.size(1024, 600)
	b.do(chromedp.Navigate(url))
	return b
}

// complain fails the test for what the browser's console has against the page:
// an exception in its script, or something its policy forbids.
func (b tab) complain() {
	b.Helper()
	err := chromedp.Listen(b.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			b.Errorf("the page's script failed: %s", e.ExceptionDetails.Exception.Description)
		case *log.EventEntryAdded:
			if e.Entry.Source == log.EntrySourceSecurity || e.Entry.Source == log.EntrySourceViolation || e.Entry.Source == log.EntrySourceJavascript {
				b.Errorf("the browser says: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
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
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition in the page.
func (b tab) until(what, script string) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		is, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script))
		if is && err == nil { // while a page is loaded again, it has nothing to look at
			return
		}
		if time.Now().After(end) {
			b.Fatalf("it never came true that %s: %s (%v)\n%s", what, script, err, eval[string](b, "document.body.innerText"))
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
func (b tab) types(keys string) {
	b.Helper()
	for _, key := range keys {
		b.key(key)
		b.do(chromedp.Sleep(human))
	}
}

// wedge is a scanner that types: by the stamps on its keys 3 ms apart, however
// long it takes them to get here.
func (b tab) wedge(code string) {
	b.Helper()
	at := float64(time.Now().UnixMicro()) / 1e6
	for _, key := range code + kb.Enter {
		b.key(key, func(e *input.DispatchKeyEventParams) { e.Timestamp = input.TimeSinceEpoch(at) })
		at += 0.003
	}
}

// key presses a key as a keyboard does: what the page takes for itself is not
// typed as well.
func (b tab) key(key rune, change ...func(*input.DispatchKeyEventParams)) {
	b.Helper()
	events := kb.Encode(key)
	for _, e := range events[1:] {
		if e.Type == kb.KeyChar {
			events[0].Text, events[0].UnmodifiedText = e.Text, e.UnmodifiedText
			events[0].Type = kb.KeyDown
		}
	}
	for _, e := range events {
		if e.Type == kb.KeyChar {
			continue
		}
		for _, c := range change {
			c(e)
		}
		if _, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, *e); err != nil {
			b.Fatal(err)
		}
	}
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

func pageJSON(b tab, v any) string {
	b.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

var (
	lightTheme = emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
	darkTheme  = emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"}
)
