//go:build linux

package drill

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"pedigree/e2e/cluster"
)

// office is one company's node that ends TLS itself, and the authority of its machines.
type office struct {
	*testing.T
	home, at string
	cmd      *exec.Cmd

	authority *x509.Certificate
	key       *ecdsa.PrivateKey
}

const machine = "urn:example:line-4"

// TestTheMachinesAuthorityExpires lets the authority that signs the machines'
// certificates expire, and the node's own certificate with it. The machine is
// refused and both ends say why, the owner's verbs go on, and after the renewal
// the machine is served and what it did is in the audit trail under its name.
func TestTheMachinesAuthorityExpires(t *testing.T) {
	o := &office{T: t, home: filepath.Join(t.TempDir(), "maker"), at: cluster.FreeAddress(t)}
	cluster.Verb(t, program, "init", "--home", o.home, "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991",
		"--gln", "0399991000015", "--listen", o.at, "--alone")
	o.configure()
	o.renew(-time.Minute)
	expired := o.certificate(machine, -time.Minute)
	o.start()
	if _, err := o.ask(expired, "/api/v1/status"); err == nil || !strings.Contains(err.Error(), "expired certificate") {
		t.Errorf("with what has expired the machine is told: %v", err)
	}
	for end := time.Now().Add(logWait); !strings.Contains(o.log(), "certificate has expired") && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if !strings.Contains(o.log(), "certificate has expired") {
		t.Errorf("the node does not say why:\n%s", o.log())
	}
	o.verb("status") // the owner's token goes on
	o.end()

	o.renew(time.Hour)
	o.start()
	if _, err := o.ask(expired, "/api/v1/status"); err == nil {
		t.Error("the former authority's certificate is taken")
	}
	renewed := o.certificate(machine, time.Hour)
	if status, err := o.ask(renewed, "/api/v1/status"); err != nil || status != http.StatusOK {
		t.Errorf("after the renewal the machine is answered %d, %v", status, err)
	}
	if status, err := o.ask(renewed, "/api/v1/people"); err != nil || status != http.StatusForbidden {
		t.Errorf("where its role ends the machine is answered %d, %v", status, err)
	}
	if trail := o.verb("audit", "show"); !strings.Contains(trail, "cert:"+machine) || !strings.Contains(trail, "refused: denied") {
		t.Errorf("what the machine was refused is not in the trail under its name:\n%s", trail)
	}
	o.end()
}

// configure makes the node end TLS and know the machine.
func (o *office) configure() {
	o.Helper()
	path := filepath.Join(o.home, "pedigree.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		o.Fatal(err)
	}
	text := strings.Replace(string(raw), "  listen: "+o.at, "  listen: "+o.at+
		"\n  tls:\n    cert: tls/node.pem\n    key: tls/node.key\n    client_ca: tls/machines-ca.pem", 1) +
		"access:\n  certificates:\n    - {name: line 4, roles: [serialization], uri: \"" + machine + "\"}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
}

// renew makes another authority and another certificate of the node, which live so long.
func (o *office) renew(left time.Duration) {
	o.Helper()
	dir := filepath.Join(o.home, "tls")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		o.Fatal(err)
	}
	o.authority, o.key = nil, nil
	o.authority, o.key = o.sign(&x509.Certificate{Subject: pkix.Name{CommonName: "machines"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, left)
	own, key := o.sign(&x509.Certificate{DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, left)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		o.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"machines-ca.pem": {Type: "CERTIFICATE", Bytes: o.authority.Raw},
		"node.pem":        {Type: "CERTIFICATE", Bytes: own.Raw},
		"node.key":        {Type: "PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			o.Fatal(err)
		}
	}
}

func (o *office) sign(c *x509.Certificate, left time.Duration) (*x509.Certificate, *ecdsa.PrivateKey) {
	o.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(time.Now().UnixNano()), time.Now().Add(-time.Hour), time.Now().Add(left)
	parent, signer := o.authority, o.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		o.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		o.Fatal(err)
	}
	return cert, key
}

// certificate is a machine's, of the present authority.
func (o *office) certificate(uri string, left time.Duration) tls.Certificate {
	o.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		o.Fatal(err)
	}
	cert, key := o.sign(&x509.Certificate{URIs: []*url.URL{u}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, left)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}
}

// ask asks as a machine that shows its certificate, and does not mind the node's.
func (o *office) ask(cert tls.Certificate, path string) (int, error) {
	o.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		InsecureSkipVerify:   true,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil },
	}}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(o.Context(), "GET", "https://"+o.at+path, nil)
	if err != nil {
		o.Fatal(err)
	}
	res, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// verb runs a command of the owner.
func (o *office) verb(args ...string) string {
	o.Helper()
	return cluster.Verb(o.T, program, append(args, "--home", o.home)...)
}

func (o *office) log() string {
	raw, err := os.ReadFile(o.home + ".log")
	if err != nil {
		o.Fatal(err)
	}
	return string(raw)
}

// start begins the node and waits until it answers its owner.
func (o *office) start() {
	o.Helper()
	log, err := os.OpenFile(o.home+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		o.Fatal(err)
	}
	defer log.Close()
	o.cmd = exec.CommandContext(o.Context(), program, "start", "--home", o.home)
	o.cmd.Stdout, o.cmd.Stderr = log, log
	o.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := o.cmd.Start(); err != nil {
		o.Fatal(err)
	}
	for end := time.Now().Add(goesOnWait); exec.CommandContext(o.Context(), program, "status", "--home", o.home).Run() != nil; time.Sleep(pollPause) {
		if time.Now().After(end) {
			o.Fatalf("the node does not answer:\n%s", o.log())
		}
	}
}

// end asks the node to stop.
func (o *office) end() {
	o.Helper()
	if err := o.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		o.Fatal(err)
	}
	if err := o.cmd.Wait(); err != nil {
		o.Fatal(fmt.Errorf("the node ended with %w:\n%s", err, o.log()))
	}
}
