package gate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"

	"zegel/cmd/keyfile"
)

// A PageCertificate is what the pages are served with to other PCs of the
// shop. No authority vouches for it: a person compares its fingerprint with
// the one the other browser shows, or starts that browser with its Pin.
type PageCertificate struct {
	TLS *tls.Config
	// Fingerprint is the SHA-256 of the certificate, as browsers show it.
	Fingerprint string
	// Pin is the SHA-256 of its key, for Chromium's switch
	// --ignore-certificate-errors-spki-list; it outlives new certificates.
	Pin string
}

// certificateLife is what browsers accept of certificates they did not get
// from an authority; renewBefore leaves time to notice.
const (
	certificateLife = 820 * 24 * time.Hour
	renewBefore     = 30 * 24 * time.Hour
)

// OpenPageCertificate is the certificate in the file at path for the names,
// made the first time. Where the names changed or its time is nearly over, it
// is made anew for the same key. (Ed25519 as between terminal and head office
// will not do: browsers do not know it.)
func OpenPageCertificate(path string, names []string, random io.Reader, now time.Time) (PageCertificate, error) {
	if len(names) == 0 {
		return PageCertificate{}, errors.New("a certificate for pages: no name given")
	}
	words, err := keyfile.Lines(path)
	if err != nil {
		return PageCertificate{}, err
	}
	if len(words) == 0 {
		key, err := ecdsa.GenerateKey(elliptic.P256(), random)
		if err != nil {
			return PageCertificate{}, fmt.Errorf("make a key for pages: %w", err)
		}
		return makePageCertificate(path, key, names, random, now)
	}
	key, cert, err := parsePageCertificate(words)
	if err != nil {
		return PageCertificate{}, damaged(path, err)
	}
	if !fits(cert, names, now) {
		return makePageCertificate(path, key, names, random, now)
	}
	return pageCertificate(key, cert), nil
}

// A CertificateState is how a certificate that is kept fits what is configured.
type CertificateState int

// The states of a certificate.
const (
	CertificateMissing CertificateState = iota
	CertificateOutdated
	CertificateFits
)

// CheckPageCertificate looks at the certificate in the file at path and changes
// nothing. An error means that it cannot be used.
func CheckPageCertificate(path string, names []string, now time.Time) (CertificateState, error) {
	words, err := keyfile.Lines(path)
	if err != nil || len(words) == 0 {
		return CertificateMissing, err
	}
	_, cert, err := parsePageCertificate(words)
	switch {
	case err != nil:
		return CertificateMissing, damaged(path, err)
	case len(names) == 0 || !fits(cert, names, now):
		return CertificateOutdated, nil
	}
	return CertificateFits, nil
}

func damaged(path string, err error) error {
	return fmt.Errorf("the key for pages in %s is damaged: remove the file, and let the other PCs in again: %w", path, err)
}

func parsePageCertificate(words []string) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	if len(words) != 2 {
		return nil, nil, errors.New("need a key and a certificate")
	}
	keyDER, keyErr := base64.StdEncoding.DecodeString(words[0])
	certDER, certErr := base64.StdEncoding.DecodeString(words[1])
	if keyErr != nil || certErr != nil {
		return nil, nil, errors.New("not base 64") // without the cause, which could show part of the key
	}
	any, err := x509.ParsePKCS8PrivateKey(keyDER)
	key, ok := any.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, nil, errors.New("not a key of ours")
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, errors.New("the certificate is not the key's")
	}
	return key, cert, nil
}

// fits reports whether a certificate still serves.
func fits(cert *x509.Certificate, names []string, now time.Time) bool {
	want := pageTemplate(names, now)
	return now.Before(cert.NotAfter.Add(-renewBefore)) && now.After(cert.NotBefore) && slices.Equal(cert.DNSNames, want.DNSNames) &&
		slices.EqualFunc(cert.IPAddresses, want.IPAddresses, net.IP.Equal)
}

func pageTemplate(names []string, now time.Time) *x509.Certificate {
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Zegel " + names[0]},
		// A day before, because two PCs' clocks differ.
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, // and no authority: who trusts it trusts nothing else with it
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	return t
}

func makePageCertificate(path string, key *ecdsa.PrivateKey, names []string, random io.Reader, now time.Time) (PageCertificate, error) {
	template := pageTemplate(names, now)
	serial := make([]byte, 16)
	if _, err := io.ReadFull(random, serial); err != nil {
		return PageCertificate{}, fmt.Errorf("make a certificate for pages: %w", err)
	}
	serial[0] = serial[0]&0x7f | 0x40 // positive, and of one length
	template.SerialNumber = new(big.Int).SetBytes(serial)
	der, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return PageCertificate{}, fmt.Errorf("make a certificate for pages: %w", err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return PageCertificate{}, fmt.Errorf("keep the key for pages: %w", err)
	}
	if err := keyfile.Write(path, []string{base64.StdEncoding.EncodeToString(keyDER), base64.StdEncoding.EncodeToString(der)}); err != nil {
		return PageCertificate{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return PageCertificate{}, fmt.Errorf("make a certificate for pages: %w", err)
	}
	return pageCertificate(key, cert), nil
}

func pageCertificate(key *ecdsa.PrivateKey, cert *x509.Certificate) PageCertificate {
	whole, pin := sha256.Sum256(cert.Raw), sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	var pairs [][]byte
	for b := range slices.Chunk([]byte(strings.ToUpper(hex.EncodeToString(whole[:]))), 2) {
		pairs = append(pairs, b)
	}
	return PageCertificate{
		TLS: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}},
			MinVersion:   tls.VersionTLS13, NextProtos: []string{"http/1.1"},
		},
		Fingerprint: string(bytes.Join(pairs, []byte(":"))), Pin: base64.StdEncoding.EncodeToString(pin[:]),
	}
}

// LANHosts are the names under which the pages at addr are called from other
// PCs, from the names that are configured.
func LANHosts(names []string, addr net.Addr) ([]string, error) {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return nil, fmt.Errorf("address %v: %w", addr, err)
	}
	var hosts []string
	for _, n := range names {
		if port == "443" { // browsers leave it out
			hosts = append(hosts, strings.TrimSuffix(net.JoinHostPort(n, ""), ":"))
		}
		hosts = append(hosts, net.JoinHostPort(n, port))
	}
	return hosts, nil
}
