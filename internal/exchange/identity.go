package exchange

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"pedigree/proof"
)

// identity is the key of this node's end of every connection. The certificate
// carries it and the organisation's id, and nothing in it is believed: the ledger
// says which key is whose.
type identity struct {
	org     string
	private ed25519.PrivateKey
	cert    tls.Certificate
}

// noEnd is the end of a certificate that has none (RFC 5280 section 4.1.2.5).
var noEnd = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// derive makes a key for one use from the exchange secret.
func derive(secret [32]byte, use string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret[:], nil, "pedigree exchange "+use, 32)
	if err != nil {
		return nil, fmt.Errorf("couldn't derive the exchange's %s key: %w", use, err)
	}
	return key, nil
}

func newIdentity(org string, secret [32]byte) (identity, error) {
	seed, err := derive(secret, "connection")
	if err != nil {
		return identity{}, err
	}
	id := identity{org: org, private: ed25519.NewKeyFromSeed(seed)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: org}, NotBefore: time.Unix(0, 0).UTC(), NotAfter: noEnd,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, id.private.Public(), id.private)
	if err != nil {
		return identity{}, fmt.Errorf("couldn't make the exchange's certificate: %w", err)
	}
	id.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: id.private}
	return id, nil
}

func (id identity) public() proof.Key { return proof.NewKey(id.private.Public().(ed25519.PublicKey)) }

// errStranger is a connection whose key the ledger does not name.
var errStranger = errors.New("the other end is not the member that it says it is")

// server is how this node's listener shakes hands: with members only, each under
// the key that the ledger names. refused is told of everybody else.
func (id identity) server(d Directory, refused func()) *tls.Config {
	c := id.config()
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(s tls.ConnectionState) error {
		org, key, err := claimed(s)
		if err == nil {
			err = pinned(d, org, key)
		}
		if err != nil {
			refused()
		}
		return err
	}
	return c
}

// client is how this node shakes hands with one member.
func (id identity) client(org string, key proof.Key) *tls.Config {
	c := id.config()
	c.ServerName = org
	c.InsecureSkipVerify = true // no name or authority is believed: VerifyConnection compares the key with the ledger's
	c.VerifyConnection = func(s tls.ConnectionState) error {
		_, got, err := claimed(s)
		if err == nil && got != key {
			err = fmt.Errorf("%w: %s answers with another key than its mailbox on the ledger names", errStranger, org)
		}
		return err
	}
	return c
}

func (id identity) config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{id.cert},
		// Every connection is judged by the ledger as it is now.
		SessionTicketsDisabled: true, NextProtos: []string{"http/1.1"},
	}
}

// claimed is the organisation and key that a peer's one certificate carries. TLS
// has checked that the peer holds the key.
func claimed(s tls.ConnectionState) (org string, key proof.Key, err error) {
	if len(s.PeerCertificates) != 1 {
		return "", key, fmt.Errorf("%w: it shows %d certificates where one is expected", errStranger, len(s.PeerCertificates))
	}
	cert := s.PeerCertificates[0]
	public, ok := cert.PublicKey.(ed25519.PublicKey)
	if !ok || len(cert.Subject.CommonName) > proof.OrgIDMax {
		return "", key, fmt.Errorf("%w: its certificate has no Ed25519 key, or no id of a member", errStranger)
	}
	return cert.Subject.CommonName, proof.NewKey(public), nil
}

// pinned compares a key with the one on the ledger.
func pinned(d Directory, org string, key proof.Key) error {
	m, ok, err := d.Mailbox(org)
	if err != nil {
		return err
	}
	if !ok || !bytes.Equal(m.TLS[:], key[:]) {
		return errStranger
	}
	return nil
}
