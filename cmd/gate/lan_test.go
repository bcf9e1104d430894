package gate_test

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"zegel/cmd/gate"
)

// T15: the pages for another PC: their own certificate, kept, renewed for the
// same key, and a cookie that travels over TLS to this host alone.
func TestPagesForAnotherPC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets", "pages.key")
	at := time.Now()
	first, err := gate.OpenPageCertificate(path, []string{"kassa-pc", "127.0.0.1"}, rand.Reader, at)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hosts, err := gate.LANHosts([]string{"kassa-pc", "127.0.0.1"}, l.Addr())
	if err != nil {
		t.Fatal(err)
	}
	local := newSite(t, nil)
	lan := newSite(t, func(c *gate.PagesConfig) { c.Hosts, c.Typed, c.Certificate = hosts, true, &first })
	server := gate.Server(lan.pages.Wrap(lan))
	server.ErrorLog = log.New(io.Discard, "", 0)
	served := make(chan error, 1)
	go func() { served <- server.Serve(tls.NewListener(l, first.TLS)) }() // received below
	defer func() {
		server.Close()
		<-served
	}()
	roots := x509.NewCertPool()
	roots.AddCert(first.TLS.Certificates[0].Leaf)
	client := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "kassa-pc"}}
	defer client.CloseIdleConnections()
	ask := func(method, path, body, host, origin string, cookies ...*http.Cookie) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "https://"+l.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		r.Header.Set("Content-Type", "application/json")
		if r.Header.Set("Accept", "text/html"); origin != "" {
			r.Header.Set("Origin", origin)
		}
		for _, c := range cookies {
			r.AddCookie(c)
		}
		resp, err := client.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		return resp
	}
	host, origin := hosts[0], "https://"+hosts[0]
	code := lan.code(t, true)
	if code.Site != origin+"/" || code.Fingerprint != first.Fingerprint || code.Pin != first.Pin || len(code.Code) != 12 {
		t.Errorf("got %+v", code)
	}
	isProblemOf(t, ask("POST", "/session", `{"code":"`+local.code(t, true).Code+`"}`, host, origin), 403, "code")
	isProblemOf(t, ask("POST", "/session", `{"code":"`+code.Code+`"}`, host, "http://"+host), 403, "origin")
	isProblemOf(t, ask("GET", "/kassa/", "", "evil.example", ""), 421, "host")
	isProblemOf(t, ask("GET", "/kassa/", "", "localhost:7412", ""), 421, "host")
	resp := ask("POST", "/session", `{"code":"`+code.Grouped()+`"}`, host, origin)
	if resp.StatusCode != 204 || len(resp.Cookies()) != 1 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	cookie := resp.Cookies()[0]
	if cookie.Name != "__Host-zegel" || !cookie.Secure || !cookie.HttpOnly || cookie.Path != "/" || cookie.Domain != "" || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("got %v", cookie)
	}
	if resp := ask("GET", "/kassa/", "", host, "", cookie); resp.StatusCode != 200 {
		t.Errorf("in: %d", resp.StatusCode)
	}
	if local.isIn(t, &http.Cookie{Name: "zegel-" + local.port, Value: cookie.Value}) {
		t.Error("the other PC's cookie is good on this one")
	}
	mine := local.letIn(t, false)
	if resp := ask("GET", "/kassa/", "", host, "", &http.Cookie{Name: cookie.Name, Value: mine.Value}); resp.StatusCode != 401 {
		t.Errorf("this PC's cookie on the other: %d", resp.StatusCode)
	}
	if _, err := (&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "kassa-pc", MaxVersion: tls.VersionTLS12}}}).Get("https://" + l.Addr().String()); err == nil {
		t.Error("TLS 1.2 is spoken")
	}
	status, _ := raw(t, l.Addr().String(), "GET /kassa/ HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
	if status == 200 {
		t.Error("plain HTTP is answered")
	}

	names := []string{"kassa-pc", "127.0.0.1"}
	for _, c := range []struct {
		path  string
		names []string
		now   time.Time
		want  gate.CertificateState
	}{
		{path, names, at, gate.CertificateFits},
		{path, names, at.Add(800 * 24 * time.Hour), gate.CertificateOutdated},
		{path, []string{"kassa-pc", "192.0.2.7"}, at, gate.CertificateOutdated},
		{path, nil, at, gate.CertificateOutdated},
		{path + ".none", names, at, gate.CertificateMissing},
	} {
		if got, err := gate.CheckPageCertificate(c.path, c.names, c.now); got != c.want || err != nil {
			t.Errorf("for %v at %v: %v, %v", c.names, c.now, got, err)
		}
	}
	same, err := gate.OpenPageCertificate(path, []string{"kassa-pc", "127.0.0.1"}, failing{}, at.Add(700*24*time.Hour))
	if err != nil || same.Fingerprint != first.Fingerprint || len(first.Fingerprint) != 95 {
		t.Errorf("opened again: %v, %s and %s", err, first.Fingerprint, same.Fingerprint)
	}
	for name, open := range map[string]func() (gate.PageCertificate, error){
		"near its end": func() (gate.PageCertificate, error) {
			return gate.OpenPageCertificate(path, []string{"kassa-pc", "127.0.0.1"}, rand.Reader, at.Add(800*24*time.Hour))
		},
		"for other names": func() (gate.PageCertificate, error) {
			return gate.OpenPageCertificate(path, []string{"kassa-pc", "192.0.2.7"}, rand.Reader, at)
		},
	} {
		next, err := open()
		if err != nil || next.Fingerprint == first.Fingerprint || next.Pin != first.Pin {
			t.Errorf("%s: need another certificate for the same key: %v", name, err)
		}
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("the key has mode %v, %v", info.Mode(), err)
		}
	}
	kept := read(t, path)
	for _, damaged := range []string{"", "x", "x y", kept[:60], strings.Fields(kept)[0], strings.Fields(kept)[1] + " " + strings.Fields(kept)[0]} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := gate.OpenPageCertificate(path, []string{"kassa-pc"}, rand.Reader, at); err == nil || strings.Contains(err.Error(), kept[:60]) {
			t.Errorf("%.20q: %v", damaged, err)
		}
		if _, err := gate.CheckPageCertificate(path, []string{"kassa-pc"}, at); err == nil || strings.Contains(err.Error(), kept[:60]) {
			t.Errorf("%.20q is looked at: %v", damaged, err)
		}
	}
	if _, err := gate.OpenPageCertificate(path, nil, rand.Reader, at); err == nil {
		t.Error("a certificate for nobody")
	}
}

func TestLANHosts(t *testing.T) {
	for port, want := range map[int]string{7412: "[kassa-pc:7412 192.0.2.7:7412 [fd00::1]:7412]", 443: "[kassa-pc kassa-pc:443 192.0.2.7 192.0.2.7:443 [fd00::1] [fd00::1]:443]"} {
		got, err := gate.LANHosts([]string{"kassa-pc", "192.0.2.7", "fd00::1"}, &net.TCPAddr{Port: port})
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%d: %v, %v", port, got, err)
		}
	}
}
