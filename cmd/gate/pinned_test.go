package gate_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"zegel/cmd/gate"
)

func newKey(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// is knows one key.
func is(key ed25519.PrivateKey) func(ed25519.PublicKey) bool {
	return func(k ed25519.PublicKey) bool { return k.Equal(key.Public()) }
}

// office serves with config and counts who got in.
func office(t *testing.T, config *tls.Config) (url string, let *atomic.Int64) {
	t.Helper()
	let = new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		let.Add(1)
		if r.TLS.DidResume {
			io.WriteString(w, "resumed")
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, let
}

// ask calls url on a connection of its own.
func ask(t *testing.T, url string, config *tls.Config) (string, error) {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

func serverTLS(t *testing.T, key ed25519.PrivateKey, known func(ed25519.PublicKey) bool) *tls.Config {
	t.Helper()
	config, err := gate.ServerTLS(key, rand.Reader, known)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func clientTLS(t *testing.T, key ed25519.PrivateKey, known func(ed25519.PublicKey) bool) *tls.Config {
	t.Helper()
	config, err := gate.ClientTLS(key, rand.Reader, known)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func TestPinnedKeys(t *testing.T) {
	officeKey, shopKey, other := newKey(t), newKey(t), newKey(t)
	strange, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// A certificate of another kind of key, as a public authority would sign.
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"zegel"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, strange.Public(), strange)
	if err != nil {
		t.Fatal(err)
	}
	ecdsaCert := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: strange}
	// A key that is not ours, with the certificate of one that is: nobody can
	// sign with what it names.
	shopCert, err := gate.Certificate(shopKey, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stolen := tls.Certificate{Certificate: shopCert.Certificate, PrivateKey: other}
	// A chain whose first key is a stranger's and whose second is the shop's.
	otherCert, err := gate.Certificate(other, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chained := tls.Certificate{Certificate: [][]byte{otherCert.Certificate[0], shopCert.Certificate[0]}, PrivateKey: other}

	right := func() *tls.Config { return clientTLS(t, shopKey, is(officeKey)) }
	showing := func(c tls.Certificate) *tls.Config {
		config := right()
		config.Certificates = []tls.Certificate{c}
		// Go's client would keep a certificate to itself that does not fit.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
		return config
	}
	cases := []struct {
		name   string
		server *tls.Config
		client *tls.Config
		ok     bool
		why    string // in the client's error, where it is the client that refuses
	}{
		{"the keys exchanged at enrolment", serverTLS(t, officeKey, is(shopKey)), right(), true, ""},
		{"an office that lets anybody in", serverTLS(t, officeKey, nil), right(), true, ""},
		{"an office with another key", serverTLS(t, other, is(shopKey)), right(), false, "not the one exchanged at enrolment"},
		{"an office that lets anybody in, with another key", serverTLS(t, other, nil), right(), false, "not the one exchanged at enrolment"},
		{"a portal with a certificate of its own", &tls.Config{Certificates: []tls.Certificate{ecdsaCert}}, right(), false, "not the one exchanged at enrolment"},
		{"an office of old", &tls.Config{Certificates: serverTLS(t, officeKey, nil).Certificates, MaxVersion: tls.VersionTLS12}, right(), false, "protocol version"},
		{"a shop with another key", serverTLS(t, officeKey, is(shopKey)), clientTLS(t, other, is(officeKey)), false, ""},
		{"a shop without a certificate", serverTLS(t, officeKey, is(shopKey)), &tls.Config{InsecureSkipVerify: true}, false, ""},
		{"a shop with another kind of key", serverTLS(t, officeKey, is(shopKey)), showing(ecdsaCert), false, ""},
		{"a shop with a stolen certificate", serverTLS(t, officeKey, is(shopKey)), showing(stolen), false, ""},
		{"a shop that shows the right key second", serverTLS(t, officeKey, is(shopKey)), showing(chained), false, ""},
		{"a shop of old", serverTLS(t, officeKey, is(shopKey)), func() *tls.Config {
			c := right()
			c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
			return c
		}(), false, ""},
		{"a browser", serverTLS(t, officeKey, nil), &tls.Config{}, false, "certificate"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			url, let := office(t, c.server)
			_, err := ask(t, url, c.client)
			if (err == nil) != c.ok || (let.Load() > 0) != c.ok {
				t.Errorf("got %v; %d got in", err, let.Load())
			}
			if err != nil && !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want %q", err, c.why)
			}
		})
	}
}

func TestPlainHTTPDoesNotGetIn(t *testing.T) {
	url, let := office(t, serverTLS(t, newKey(t), nil))
	resp, err := http.Get("http" + strings.TrimPrefix(url, "https"))
	if err == nil {
		defer resp.Body.Close()
		if resp.StatusCode == 200 {
			t.Error("was answered")
		}
	}
	if let.Load() > 0 {
		t.Error("got in")
	}
}

// Nobody is let in on the strength of an earlier visit: a key that was
// withdrawn since is refused on a resumed connection too.
func TestResumptionDoesNotGoAroundThePin(t *testing.T) {
	officeKey, shopKey := newKey(t), newKey(t)
	for _, side := range []string{"neither", "the office", "the shop"} {
		t.Run(side+" withdraws a key", func(t *testing.T) {
			var officeKnows, shopKnows atomic.Bool
			officeKnows.Store(true)
			shopKnows.Store(true)
			url, let := office(t, serverTLS(t, officeKey, func(k ed25519.PublicKey) bool { return officeKnows.Load() && is(shopKey)(k) }))
			config := clientTLS(t, shopKey, func(k ed25519.PublicKey) bool { return shopKnows.Load() && is(officeKey)(k) })
			config.ClientSessionCache = tls.NewLRUClientSessionCache(10)
			if _, err := ask(t, url, config); err != nil {
				t.Fatal(err)
			}
			if said, err := ask(t, url, config); err != nil || said != "resumed" {
				t.Fatalf("the test itself: the second connection was not a resumed one: %q, %v", said, err)
			}
			officeKnows.Store(side != "the office")
			shopKnows.Store(side != "the shop")
			_, err := ask(t, url, config)
			if (err == nil) != (side == "neither") {
				t.Errorf("the third connection: %v", err)
			}
			if want := map[string]int64{"neither": 3}[side]; want == 0 && let.Load() != 2 {
				t.Errorf("%d got in", let.Load())
			}
		})
	}
}

func TestACertificateIsForTheKeyItself(t *testing.T) {
	key := newKey(t)
	c, err := gate.Certificate(key, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := parsed.CheckSignatureFrom(parsed); err == nil {
		t.Error("it may sign others")
	}
	if !is(key)(parsed.PublicKey.(ed25519.PublicKey)) || parsed.IsCA {
		t.Errorf("got %+v", parsed)
	}
	// A shop whose clock stands at its PC's birthday still comes through.
	for _, year := range []int{2020, 2026, 2099} {
		if at := time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC); at.Before(parsed.NotBefore) || at.After(parsed.NotAfter) {
			t.Errorf("it does not hold in %d", year)
		}
	}
}
