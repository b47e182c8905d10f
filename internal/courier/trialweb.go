package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"pedigree/format/dscsa"
)

// web looks at an HTTPS server: its certificate, whether it knows who asks, and of a
// capture interface what it takes. It is asked with OPTIONS, which changes nothing.
func (t *trial) web(ctx context.Context, to target, way, format string) {
	if !t.reach(ctx, to.host) || !t.greet(ctx, to) {
		return
	}
	header := captureVersions(format)
	if way != WayCapture {
		header = http.Header{}
	}
	got, err := t.k.exchange(ctx, to, http.MethodOptions, to.url.String(), header, nil, 0)
	switch status := got.status; {
	case err != nil:
		t.judge("interface", err, "", "ask the partner what its server has against this node")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		t.add("login", StepNo, fmt.Sprintf("it answers with %d to who this node shows it is: %s", status, got.said()), "ask the partner which token or certificate it knows, and name it in the route's credential")
	case status >= 300 && status < 400:
		t.add("interface", StepNo, fmt.Sprintf("it answers with %d, that the address is another one, and no redirect is followed", status), "correct the route's address")
	case way == WayCapture:
		t.capture(got, format)
	case status == http.StatusNotFound, status == http.StatusGone:
		t.add("interface", StepNo, fmt.Sprintf("it answers with %d: nothing is at this address", status), "ask the partner for the whole address, and correct the route")
	default:
		t.add("interface", StepUnknown, fmt.Sprintf("it answers with %d to OPTIONS; whether it takes documents shows with the first one", status), "")
	}
}

// greet looks at the server's certificate.
func (t *trial) greet(ctx context.Context, to target) bool {
	trust, asked, err := to.with.trust(t.k.config.Now())
	if err != nil {
		return t.judge("configuration", err, "", "pedigree doctor looks at the files of the credential")
	}
	trust.ServerName = to.url.Hostname()
	ctx, cancel := context.WithTimeout(ctx, t.k.handshake)
	defer cancel()
	conn, err := t.k.config.Dialer.DialContext(ctx, "tcp", to.host)
	if err != nil {
		return t.judge("connection", err, "", "")
	}
	defer conn.Close()
	secure := tls.Client(conn, trust)
	if err := secure.HandshakeContext(ctx); err != nil {
		return t.judge("server", err, "", nextOfCertificate(err))
	}
	state := secure.ConnectionState()
	text := fmt.Sprintf("%s, with a certificate until %s", tls.VersionName(state.Version), state.PeerCertificates[0].NotAfter.UTC().Format(time.DateOnly))
	if asked.Load() {
		text += "; it asks for one of this node's"
	}
	t.add("server", StepOK, text, "")
	if asked.Load() && to.with.CertFile == "" {
		return t.add("login", StepNo, "it asks for a certificate, and the route's credential has none", "name one with cert_file and key_file in pedigree.yaml")
	}
	return true
}

// nextOfCertificate is what to do about a server that isn't known by its certificate.
func nextOfCertificate(err error) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var far *net.OpError
	switch {
	case errors.As(err, &authority):
		return "if the partner uses an authority of its own, ask for its certificate over another way and name it with ca_file"
	case errors.As(err, &name):
		return "use the name that the certificate has in the route's address, or ask the partner for a certificate of this name"
	case errors.As(err, &invalid):
		return "ask the partner to renew its certificate; look at this machine's clock"
	case errors.As(err, &far):
		return "ask the partner what its server has against this node's certificate or TLS version"
	}
	return "ask the partner whether this is its HTTPS server"
}

// capture judges what a capture interface says of itself (EPCIS 2.0, OPTIONS /capture).
func (t *trial) capture(got reply, format string) {
	versions := got.header.Get("GS1-EPCIS-Version")
	switch {
	case got.status >= 200 && got.status < 300:
		t.add("interface", StepOK, fmt.Sprintf("it answers with %d to OPTIONS", got.status), "")
	case got.status == http.StatusMethodNotAllowed, got.status == http.StatusNotImplemented:
		t.add("interface", StepUnknown, fmt.Sprintf("it doesn't describe itself (%d); whether it captures shows with the first document", got.status), "")
		return
	default:
		t.add("interface", StepNo, fmt.Sprintf("it answers with %d: %s", got.status, got.said()), "ask the partner for the whole address of its capture interface, which ends in /capture")
		return
	}
	want, _, _ := strings.Cut(captureVersions(format).Get("GS1-EPCIS-Version"), ".0.0")
	knows := slices.ContainsFunc(strings.Split(versions, ","), func(v string) bool { return strings.HasPrefix(strings.TrimSpace(v), want) })
	switch {
	case versions == "":
		t.add("format", StepUnknown, "it names no version of EPCIS that it takes", "")
	case knows:
		t.add("format", StepOK, fmt.Sprintf("it takes EPCIS %s, and the route's format is %s", oneLine(versions), format), "")
	default:
		t.add("format", StepNo, fmt.Sprintf("it takes EPCIS %s, and the route's format is %s", oneLine(versions), format), "change the route's format with pedigree partner route, to "+string(dscsa.EPCIS2)+" for EPCIS 2.0")
	}
}
