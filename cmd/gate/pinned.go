package gate

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"
)

// Certificate is a certificate for the key itself, signed by itself: between a
// terminal and head office the key is the identity, exchanged at enrolment,
// and nobody else has to vouch for it.
func Certificate(key ed25519.PrivateKey, random io.Reader) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "zegel"},
		// Wide, because a shop's clock may be wrong and the pin decides.
		NotBefore:   time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:    time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		DNSNames:    []string{"zegel"},
	}
	der, err := x509.CreateCertificate(random, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// ServerTLS serves with key and, where known is not nil, lets in only callers
// whose key known knows.
func ServerTLS(key ed25519.PrivateKey, random io.Reader, known func(ed25519.PublicKey) bool) (*tls.Config, error) {
	cert, err := Certificate(key, random)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13}
	if known != nil {
		config.ClientAuth = tls.RequireAnyClientCert
		config.VerifyConnection = verify(known)
	}
	return config, nil
}

// ClientTLS calls with key a server whose key known knows. The pin takes the
// place of names and authorities.
func ClientTLS(key ed25519.PrivateKey, random io.Reader, known func(ed25519.PublicKey) bool) (*tls.Config, error) {
	cert, err := Certificate(key, random)
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13, ServerName: "zegel",
		// Replaced by the pin below, which refuses more than names would.
		InsecureSkipVerify: true,
		VerifyConnection:   verify(known),
	}, nil
}

// verify looks at every connection, resumed ones too, which
// VerifyPeerCertificate would pass over.
func verify(known func(ed25519.PublicKey) bool) func(tls.ConnectionState) error {
	return func(c tls.ConnectionState) error {
		if len(c.PeerCertificates) == 0 {
			return errors.New("the other side showed no certificate")
		}
		key, ok := c.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
		if !ok || !known(key) {
			return errors.New("the other side's key is not the one exchanged at enrolment")
		}
		return nil
	}
}
