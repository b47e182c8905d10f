package api

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/http"
	"net/url"
	"testing"
	"time"

	"pedigree/internal/auth"
)

// authority signs certificates.
type authority struct {
	*testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{T: t}
	a.cert, a.key = a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of a test"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	})
	return a
}

// sign completes a certificate; the first is signed by itself.
func (a *authority) sign(c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.Fatal(err)
	}
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().Add(time.Hour)
	}
	c.NotBefore = time.Now().Add(-2 * time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.Fatal(err)
	}
	return cert, key
}

// client is a certificate for a client, or for a server.
func (a *authority) leaf(uri string, usage x509.ExtKeyUsage, until time.Time) tls.Certificate {
	a.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{"localhost"}, NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if u, err := url.Parse(uri); err == nil && uri != "" {
		c.URIs = []*url.URL{u}
	}
	cert, key := a.sign(c)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.cert)
	return p
}

func TestAMachineIsKnownByItsClientCertificate(t *testing.T) {
	ours, foreign := newAuthority(t), newAuthority(t)
	soon := time.Now().Add(time.Hour)
	client := x509.ExtKeyUsageClientAuth
	byKey, byURI, unmapped := ours.leaf("", client, soon), ours.leaf("urn:example:erp", client, soon), ours.leaf("urn:example:other", client, soon)
	s := serveAccess(t, Config{
		TLS: &tls.Config{
			MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{ours.leaf("", x509.ExtKeyUsageServerAuth, soon)},
			ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: ours.pool(),
		},
		Certificates: []auth.Certificate{
			{Name: "line 4", Roles: []auth.Role{auth.Operator}, SPKI: auth.SPKI(byKey.Leaf)},
			{Name: "ERP", Roles: []auth.Role{auth.Clerk}, URI: "urn:example:erp"},
		},
	})
	for name, c := range map[string]struct {
		cert *tls.Certificate
		path string
		want int // 0: the handshake fails
	}{
		"the one whose key is known":           {&byKey, "/api/v1/status", 200},
		"the same where its role ends":         {&byKey, "/api/v1/people", 403},
		"one with the address that is known":   {&byURI, "/api/v1/status", 200},
		"one of the authority that is nobody":  {&unmapped, "/api/v1/status", 401},
		"none":                                 {nil, "/api/v1/status", 401},
		"another authority's with the address": {new(foreign.leaf("urn:example:erp", client, soon)), "/api/v1/status", 0},
		"one that has expired":                 {new(ours.leaf("urn:example:erp", client, time.Now().Add(-time.Hour))), "/api/v1/status", 0},
		"one that is for servers":              {new(ours.leaf("urn:example:erp", x509.ExtKeyUsageServerAuth, soon)), "/api/v1/status", 0},
	} {
		t.Run(name, func(t *testing.T) {
			conf := &tls.Config{RootCAs: ours.pool(), ServerName: "localhost"}
			if c.cert != nil {
				// Sent whatever the server asks for.
				conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return c.cert, nil }
			}
			if got := askTLS(t, s, conf, c.path); got != c.want {
				t.Errorf("answered %d, want %d", got, c.want)
			}
		})
	}
	t.Run("TLS 1.2 is not spoken", func(t *testing.T) {
		if got := askTLS(t, s, &tls.Config{RootCAs: ours.pool(), ServerName: "localhost", MaxVersion: tls.VersionTLS12}, "/livez"); got != 0 {
			t.Errorf("answered %d", got)
		}
	})
}

// askTLS returns the status, or 0 when there is no connection.
func askTLS(t *testing.T, s *Server, conf *tls.Config, path string) int {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: conf}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}
