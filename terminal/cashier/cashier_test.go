package cashier_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"zegel/terminal/cashier"
	"zegel/terminal/loyalty/ledger"
	"zegel/terminal/loyalty/session"
	"zegel/terminal/loyalty/words"
)

var policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

func TestEveryAnswerCarriesThePolicy(t *testing.T) {
	h := counter(at(full("Jansen")))
	script := regexp.MustCompile(`src="([^"]+)"`).FindStringSubmatch(get(t, h, "/kassa/kassa1/").Body.String())[1]
	for _, path := range []string{"/", "/kassa/", "/kassa/kassa1/", "/kassa/kassa9/", "/kassa/kassa1/nothing", script, "/kassa/assets/0/main.js"} {
		header := get(t, h, path).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestPageHasNothingInline(t *testing.T) {
	for name, page := range map[string]string{
		"page":   get(t, counter(at(full("Jansen"))), "/kassa/kassa1/").Body.String(),
		"choice": get(t, counter(at(session.View{}), func(c *cashier.Config) { c.Lanes = []string{"a", "b"} }), "/").Body.String(),
	} {
		for what, pattern := range map[string]string{
			"a script": `<script[^>]*>[^<]`, "a style": `<style`, "a style attribute": `\sstyle\s*=`,
			"a handler": `<[^>]*\son[a-z]+\s*=`, "a foreign address": `(?:src|href)="(?:https?:)?//`,
		} {
			if found := regexp.MustCompile(`(?i)` + pattern).FindString(page); found != "" {
				t.Errorf("the %s has %s inline: %q", name, what, found)
			}
		}
	}
}

func TestAssetsAreNamedAfterTheirContentAndKept(t *testing.T) {
	h := counter(at(session.View{}))
	page := get(t, h, "/kassa/kassa1/").Body.String()
	all := regexp.MustCompile(`(?:src|href)="(/kassa/assets/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(all) != 3 {
		t.Fatalf("the page names %d assets, want script, style and icon: %q", len(all), all)
	}
	module := regexp.MustCompile(`from '\./([a-z]+\.js)'`)
	folder := regexp.MustCompile(`^/kassa/assets/[0-9a-f]{16}/`).FindString(all[0][1])
	names := []string{"counter.css", "main.js", "seal.svg"}
	for _, m := range module.FindAllStringSubmatch(get(t, h, folder+"main.js").Body.String(), -1) {
		names = append(names, m[1])
	}
	if len(names) < 8 {
		t.Errorf("main.js imports only %q", names)
	}
	size := make(map[string]int)
	for _, name := range names {
		w := get(t, h, folder+name)
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, kept %q", name, w.Code, w.Header().Get("Cache-Control"))
		}
		kind := name[strings.LastIndexByte(name, '.'):]
		size[kind] += w.Body.Len()
		want := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}[kind]
		if got := w.Header().Get("Content-Type"); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		if old := get(t, h, "/kassa/assets/0123456789abcdef/"+name); old.Code != http.StatusNotFound {
			t.Errorf("%s of another version: %d, want 404", name, old.Code)
		}
	}
	t.Logf("script %d bytes, style %d bytes", size[".js"], size[".css"])
	if size[".js"] > 16_000 || size[".css"] > 12_000 {
		t.Errorf("script %d and style %d bytes, at most 16000 and 12000: an old till has to read all of it", size[".js"], size[".css"])
	}
}

func TestNothingIsCached(t *testing.T) {
	h := counter(at(full("Jansen")))
	for _, w := range []*httptest.ResponseRecorder{get(t, h, "/kassa/kassa1/"), post(t, h, "/kassa/kassa1/do", `{"turn":1}`)} {
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control is %q, want no-store", got)
		}
	}
}

func TestUnknownLanesAreNotThere(t *testing.T) {
	h := counter(at(session.View{}))
	for _, path := range []string{"/kassa/kassa9/", "/kassa/kassa9/events", "/kassa/kassa9/dag", "/kassa/kassa1/dag", "/kassa/%2e%2e/"} {
		if w := get(t, h, path); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d, want 404", path, w.Code)
		}
	}
	for _, path := range []string{"do", "scan", "sign-in", "sign-out"} {
		if w := post(t, h, "/kassa/kassa9/"+path, `{}`); w.Code != http.StatusNotFound {
			t.Errorf("POST %s: %d, want 404", path, w.Code)
		}
	}
}

func TestGetChangesNothing(t *testing.T) {
	d := at(full("Jansen"))
	h := counter(d)
	for _, path := range []string{"do", "scan", "sign-in", "sign-out"} {
		if w := get(t, h, "/kassa/kassa1/"+path); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d, want 405", path, w.Code)
		}
	}
	get(t, h, "/kassa/kassa1/")
	if len(d.asked()) > 0 || len(d.scans) > 0 || d.View().Turn != 7 {
		t.Errorf("the desk was asked %v, scanned %q, at turn %d", d.asked(), d.scans, d.View().Turn)
	}
}

func TestRootLeadsToTheOnlyLane(t *testing.T) {
	if w := get(t, counter(at(session.View{})), "/"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/kassa/kassa1/" {
		t.Errorf("got %d to %q", w.Code, w.Header().Get("Location"))
	}
	several := func(c *cashier.Config) { c.Lanes = []string{"kassa1", "kassa 2"} }
	w := get(t, counter(at(session.View{}), several), "/")
	for _, want := range []string{`<html lang="nl">`, `href="/kassa/kassa1/"`, `href="/kassa/kassa%202/"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the choice lacks %s: %s", want, w.Body)
		}
	}
}

func TestDayIsServedWhereThereIsOne(t *testing.T) {
	day := func(c *cashier.Config) {
		c.Day = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("figures")) })
	}
	h := counter(at(session.View{}), day)
	if w := get(t, h, "/kassa/kassa1/dag"); w.Body.String() != "figures" {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if page := get(t, h, "/kassa/kassa1/").Body.String(); !strings.Contains(page, `href="dag"`) {
		t.Error("the page does not lead to the day")
	}
	if page := get(t, counter(at(session.View{})), "/kassa/kassa1/").Body.String(); strings.Contains(page, `href="dag"`) {
		t.Error("the page leads to a day that is not there")
	}
}

// full is a view with everything on it at once, and every text of it evil.
func full(evil string) session.View {
	p := session.Priced{Amount: 1250, Text: evil}
	return session.View{
		Lane: "kassa1", Lang: "nl", Turn: 7, State: session.Card, Heading: evil, Primary: evil,
		Said:     &session.Message{Tone: session.Look, Text: evil},
		Customer: &session.Person{Card: evil, Name: evil, Known: true, AsOf: evil, Follows: evil, Balance: []session.Shown{{Wallet: "points", Text: evil}}},
		Amount:   &p, Discount: &p, ToPay: &p, Earns: []session.Shown{{Text: evil}}, Tell: []string{evil},
		Rewards: []session.Offer{
			{Reward: evil, Wallet: "points", Suggested: 1000, Most: 1000}, {Reward: evil + "2", Code: "K-201", Detail: evil},
			{Reward: "Betalen met punten", Wallet: "points", Step: 1000, Least: 1000, Most: 9000, Suggested: 9000},
		},
		Standing: &session.Standing{
			Tiers: []session.Tier{{Name: evil}}, Clubs: []session.Membership{{Name: evil}}, Perks: []session.Perk{{Text: evil}},
			Pending: []session.Shown{{Text: evil}}, Messages: []string{evil, evil + "2"},
		},
		Games:    []session.Game{{Game: evil, Prize: evil, Text: evil}, {Game: evil, Text: evil}},
		Operator: evil, Offline: evil, Practice: true, Devices: []session.Message{{Tone: session.Look, Text: evil}},
	}
}

func slip(evil string) session.View {
	v := full(evil)
	p := session.Priced{Amount: 1250, Text: evil}
	v.State = session.Slip
	v.Sale = &session.Recalled{
		Code: evil, When: evil, Card: evil, Total: p, Left: p, CanReturn: true, Earned: []session.Shown{{Text: evil}},
		Lines: []session.RecalledLine{{Line: 1, Name: evil, Amount: p, Left: 1250}},
	}
	return v
}

func found(evil string) session.View {
	v := full(evil)
	v.Found = []session.FoundMember{{Account: ledger.Account{1}, Name: evil, Card: evil}}
	return v
}

// Whatever a member calls themselves, or a scanner reads, is text on the page:
// in the whole page, and in each part that is sent alone.
func TestHostileTextsStayText(t *testing.T) {
	evils := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</p></div><svg onload=alert(1)>`,
		"\u2028\u2029\x00<b>", `{{.Version}}`, `javascript:alert(1)`, `&lt;i&gt;`, `--><!--`, "a\r\n\r\ndata: x\r\n",
	}
	for _, evil := range evils {
		for name, view := range map[string]session.View{"sale": full(evil), "slip": slip(evil), "found": found(evil)} {
			h := counter(at(view), func(c *cashier.Config) { c.Version = evil })
			html := get(t, h, "/kassa/kassa1/").Body.String()
			var sent struct{ Parts map[string]string }
			if err := json.Unmarshal(post(t, h, "/kassa/kassa1/do", `{"turn":1}`).Body.Bytes(), &sent); err != nil {
				t.Fatal(err)
			}
			for _, part := range sent.Parts {
				html += part
			}
			for _, bad := range []string{"<script>alert", "<img src=x", "<svg onload", `onmouseover='`, "<b>\x00", "--><!--", "<i>"} {
				if strings.Contains(html, bad) {
					t.Errorf("%s of %q: %q stands on the page as it is", name, evil, bad)
				}
			}
			bare := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(html, `""`)
			if tag := regexp.MustCompile(`<[a-z][^>]*\son[a-z]+=`).FindString(bare); tag != "" {
				t.Errorf("%s of %q: %q is an element with a handler", name, evil, tag)
			}
		}
	}
}

// What there is to tell the customer stands beside the balance and below the
// list; what was won stands large, what was not does not.
func TestStandingAndGamesAreShown(t *testing.T) {
	page := get(t, counter(at(session.View{
		Lang: "nl", State: session.Done,
		Customer: &session.Person{Card: "…4566", Known: true, Balance: []session.Shown{{Wallet: "points", Text: "123 punten"}}},
		Standing: &session.Standing{
			Tiers: []session.Tier{{Name: "Goud", Text: "Goud, tot en met 31-12-2027"}, {Ladder: "leeg"}}, Clubs: []session.Membership{{Name: "Plus"}},
			Perks: []session.Perk{{Text: "gratis bezorging"}}, Pending: []session.Shown{{Text: "46 punten"}},
			Messages: []string{"Nog 2 zegels voor Koffie", "Uw voordelen: gratis bezorging", "Nog € 40,00 tot Platina"},
		},
		Games: []session.Game{{Game: "Rad", Prize: "Taart", Text: "Gewonnen: Taart"}, {Game: "Kraslot", Text: "Helaas, dit keer geen prijs"}},
	})), "/kassa/kassa1/").Body.String()
	for _, want := range []string{
		`<span class="mark">Goud</span> <span class="mark">Plus</span></p>`, `Saldo · Nog 2 zegels voor Koffie</span>`,
		`</span>Gewonnen: Taart</p>`, `<p class="none">Kraslot: Helaas, dit keer geen prijs</p>`, `<p class="none">Uw voordelen: gratis bezorging</p>`,
		`<p class="none">Nog niet te besteden: 46 punten</p>`, `<p class="none">Nog € 40,00 tot Platina</p>`,
	} {
		if strings.Count(page, want) != 1 {
			t.Errorf("%q stands there %d times", want, strings.Count(page, want))
		}
	}
}

func TestPageSpeaksTheViewsLanguage(t *testing.T) {
	for lang, want := range map[string][]string{"nl": {`<html lang="nl"`, "Beloningen", "Alle toetsen", "Even geduld…"}, "en": {`<html lang="en"`, "Rewards", "All keys", "One moment…"}} {
		page := get(t, counter(at(session.View{Lang: lang, State: session.Free})), "/kassa/kassa1/").Body.String()
		for _, text := range want {
			if !strings.Contains(page, text) {
				t.Errorf("%s: the page lacks %q", lang, text)
			}
		}
	}
}

func TestHelpSheetListsEveryKeyOfThePage(t *testing.T) {
	page := get(t, counter(at(full("Jansen"))), "/kassa/kassa1/").Body.String()
	sheet := page[strings.Index(page, `id="help"`):]
	caps := regexp.MustCompile(`data-key="[^"]+"[^>]*><span><kbd>([^<]+)</kbd>`).FindAllStringSubmatch(page, -1)
	if len(caps) != 11 {
		t.Errorf("%d keys on the page, want 11: %q", len(caps), caps)
	}
	for _, c := range caps {
		if !strings.Contains(sheet, "<th scope=\"row\"><kbd>"+c[1]+"</kbd></th>") {
			t.Errorf("the help sheet does not explain %s", c[1])
		}
	}
}

func TestPageWithoutScriptSaysWhatToDo(t *testing.T) {
	page := get(t, counter(at(full("Jansen"))), "/kassa/kassa1/").Body.String()
	w, _ := words.For("nl")
	for _, want := range []string{`<noscript><meta http-equiv="refresh" content="5"></noscript>`, w.PageNoScript(), "<h1>Jansen</h1>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
