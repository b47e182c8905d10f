package signer

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// errStranger says that the other end has another key than the one given.
var errStranger = errors.New("the other end has another key than the one it should have")

// channel is the configuration of one end, which takes the other end only with the
// key peer.
func channel(own ed25519.PrivateKey, peer ed25519.PublicKey) (*tls.Config, error) {
	if len(own) != ed25519.PrivateKeySize || len(peer) != ed25519.PublicKeySize {
		return nil, errors.New("couldn't set the channel up: it needs this end's key and the other's")
	}
	// A certificate is only how TLS carries a key: nothing else in it is looked at.
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}
	der, err := x509.CreateCertificate(nil, form, form, own.Public(), own)
	if err != nil {
		return nil, fmt.Errorf("couldn't set the channel up: %w", err)
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: own}},
		ClientAuth:             tls.RequireAnyClientCert,
		InsecureSkipVerify:     true, // the key is compared below, in place of names and authorities
		SessionTicketsDisabled: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) != 1 {
				return errStranger
			}
			key, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
			if !ok || !key.Equal(peer) {
				return errStranger
			}
			return nil
		},
	}, nil
}

// PublicText is a channel key as people pass it on: 64 hexadecimal digits.
func PublicText(key ed25519.PublicKey) string { return hex.EncodeToString(key) }

// ParsePublic reads what PublicText wrote.
func ParsePublic(text string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize || hex.EncodeToString(key) != text {
		return nil, fmt.Errorf("%q is no channel key: it has 64 hexadecimal digits in lower case, as the other end prints it", text)
	}
	return key, nil
}
