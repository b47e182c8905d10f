package courier_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pedigree/internal/courier"
)

// identity writes a certificate that signs itself, and its key, as files of a folder.
func identity(t *testing.T, dir string, from, to time.Time) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pharmacy (test)"}, NotBefore: from, NotAfter: to, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true, IsCA: true}
	raw, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})))
	write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// askingServer is an HTTPS server that asks for a certificate, and takes one.
func askingServer(t *testing.T, own *x509.Certificate) (address string, c courier.Credential) {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	known := x509.NewCertPool()
	known.AddCert(own)
	s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known, Time: func() time.Time { return own.NotBefore.Add(time.Hour) }}
	s.StartTLS()
	t.Cleanup(s.Close)
	dir := t.TempDir()
	write(t, dir, "ca", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})))
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return s.URL + "/in", courier.Credential{Name: "w", Host: u.Host, CAFile: filepath.Join(dir, "ca")}
}

func TestAServerIsShownACertificate(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	own := identity(t, dir, now.Add(-time.Hour), now.AddDate(1, 0, 0))
	address, c := askingServer(t, own)
	to := courier.Posting{Partner: "w", Way: courier.WayHTTPS, Address: address, Credential: "w"}

	bare := newPost(t, loopback, credentials(c))
	n, _, err := bare.queue(to, "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	if got := bare.until(n, tried(1)); !strings.Contains(got.Reason, "it asks for a certificate") {
		t.Errorf("without a certificate: %q", got.Reason)
	}

	c.CertFile, c.KeyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	p := newPost(t, loopback, credentials(c))
	if n, _, err = p.queue(to, "<a/>"); err != nil {
		t.Fatal(err)
	}
	p.until(n, in("sent"))

	// A new certificate counts from the next connection; this one ended.
	good := map[string][]byte{}
	for _, name := range []string{"cert.pem", "key.pem"} {
		if good[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	identity(t, dir, now.AddDate(-1, 0, 0), now.Add(-time.Hour))
	if n, _, err = p.queue(to, "<b/>"); err != nil {
		t.Fatal(err)
	}
	if got := p.until(n, tried(1)); !strings.Contains(got.Reason, "ended on 2026-04-01") {
		t.Errorf("%q", got.Reason)
	}
	for name, raw := range good {
		write(t, dir, name, string(raw))
	}
	p.later(time.Hour)
	p.until(n, in("sent"))
}

func TestWhatIsWrongWithACertificateIsSaid(t *testing.T) {
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, test := range []struct {
		name   string
		ends   time.Duration
		change func(dir string, c *courier.Credential)
		says   string // empty: nothing is wrong
	}{
		{"it holds for 30 days", 30 * day, nil, ""},
		{"it ends within 30 days", 30*day - time.Second, nil, "ends on 2026-05-01, in 29 days"},
		{"it ended", -time.Second, nil, "ended on 2026-04-01"},
		{"it counts later", 60 * day, func(dir string, _ *courier.Credential) { identity(t, dir, now.Add(day), now.Add(60*day)) }, "counts only from 2026-04-02"},
		{"its key is another's", 60 * day, func(dir string, c *courier.Credential) {
			other := t.TempDir()
			identity(t, other, now, now.Add(60*day))
			c.KeyFile = filepath.Join(other, "key.pem")
		}, "private key does not match"},
		{"others may read its key", 60 * day, func(dir string, _ *courier.Credential) {
			if err := os.Chmod(filepath.Join(dir, "key.pem"), 0o640); err != nil {
				t.Fatal(err)
			}
		}, "others may read the private key"},
		{"it isn't there", 60 * day, func(dir string, c *courier.Credential) { c.CertFile += ".gone" }, "couldn't read the certificate"},
		{"it is none", 60 * day, func(dir string, _ *courier.Credential) { write(t, dir, "cert.pem", "no certificate") }, "couldn't use the certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			identity(t, dir, now.AddDate(-1, 0, 0), now.Add(test.ends))
			c := courier.Credential{Name: "w", Host: "a.example:443", CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")}
			if test.change != nil {
				test.change(dir, &c)
			}
			err := c.Inspect(now)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
}
