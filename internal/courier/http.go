package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// reply is what a partner's server answered.
type reply struct {
	status int
	header http.Header
	text   []byte
}

// errLater is a refusal for now, with the time that the partner's server asks for.
type errLater struct {
	error
	wait time.Duration
}

// Unwrap returns what is behind it.
func (e errLater) Unwrap() error { return e.error }

// toHTTPS gives a document to an address of the partner's.
func (k *Courier) toHTTPS(ctx context.Context, p Parcel, content io.Reader) (Answer, error) {
	t, err := k.target(p.Way, p.Address, p.credential)
	if err != nil {
		return Answer{}, err
	}
	method, at := http.MethodPost, *t.url
	if t.with.Method == MethodPut {
		method, at = http.MethodPut, *t.url.JoinPath(fileName(p))
	}
	header := http.Header{"Content-Type": {p.MediaType}, "Idempotency-Key": {idempotency(p)}}
	got, err := k.exchange(ctx, t, method, at.String(), header, content, p.Size)
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't send it: %w", err)
	}
	if err := got.judge(refusals, k.config.Now()); err != nil {
		return Answer{}, err
	}
	return Answer{Ref: oneLine(got.header.Get("Location")), Text: fmt.Sprintf("answered with %d: %s", got.status, got.said())}, nil
}

// idempotency is the same for the same document.
func idempotency(p Parcel) string { return p.SHA256[:32] }

// exchange asks a partner's server something, and reads all of its answer.
func (k *Courier) exchange(ctx context.Context, t target, method, at string, header http.Header, content io.Reader, size int64) (reply, error) {
	client, asked, err := k.client(t.with)
	if err != nil {
		return reply{}, err
	}
	defer client.CloseIdleConnections()
	var body io.Reader = http.NoBody
	if content != nil {
		body = io.NopCloser(content)
	}
	r, err := http.NewRequestWithContext(ctx, method, at, body)
	if err != nil {
		return reply{}, refuse("the route's address can't be asked: %w", err)
	}
	r.Header = header
	r.ContentLength = size
	if t.with.TokenFile != "" {
		word, err := readWord(t.with.TokenFile, "token")
		if err != nil {
			return reply{}, err
		}
		r.Header.Set("Authorization", "Bearer "+word)
	}
	res, err := client.Do(r)
	if err != nil && asked.Load() && t.with.CertFile == "" { // what the handshake fails with says so by chance alone
		return reply{}, fmt.Errorf("it asks for a certificate, and the route's credential has none; name one with cert_file in pedigree.yaml: %w", hideURL(err))
	}
	if err != nil {
		return reply{}, hideURL(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, replyBytesMax))
	if err != nil {
		return reply{}, fmt.Errorf("couldn't read the answer: %w", err)
	}
	return reply{res.StatusCode, res.Header, text}, nil
}

// hideURL leaves the address out, which stands beside the error already.
func hideURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// refusals are the answers that the same document would get again.
var refusals = []int{http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity}

// judge tells whether an answer means taken, never, or not now.
func (r reply) judge(never []int, now time.Time) error {
	switch {
	case r.status >= 200 && r.status < 300:
		return nil
	case r.status >= 300 && r.status < 400:
		return refuse("it answers with %d, that the address is another one; no redirect is followed: correct the route", r.status)
	}
	for _, status := range never {
		if r.status == status {
			return refuse("the partner's server refused it with %d: %s", r.status, r.said())
		}
	}
	return errLater{fmt.Errorf("the partner's server answered with %d: %s", r.status, r.said()), r.retryAfter(now)}
}

// retryAfter is how long the server asks to wait, as far as that is kept to.
func (r reply) retryAfter(now time.Time) time.Duration {
	text := r.header.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(seconds, int(retryAfterMost/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, retryAfterMost))
}

// problem is an error as RFC 9457 has it.
type problem struct {
	Type, Title, Detail string
}

// String says what a problem says, in a line.
func (p problem) String() string {
	var parts []string
	for _, part := range []string{strings.TrimPrefix(p.Type, "epcisException:"), p.Title, p.Detail} {
		if part = strings.TrimSpace(part); part != "" && part != "about:blank" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// said is the beginning of what the server wrote, for a person.
func (r reply) said() string {
	text := string(bytes.TrimSpace(r.text))
	if media, _, err := mime.ParseMediaType(r.header.Get("Content-Type")); err == nil && media == "application/problem+json" {
		var p problem
		if json.Unmarshal(r.text, &p) == nil && p.String() != "" {
			text = p.String()
		}
	}
	return oneLine(text[:min(len(text), reasonBytesMax/2)])
}

// client talks to one partner's server, and goes nowhere that it sends it. Asked tells
// whether that server asked for a certificate.
func (k *Courier) client(c Credential) (client *http.Client, asked *atomic.Bool, err error) {
	if k.config.Dialer == nil {
		return nil, nil, errors.New("this program may dial nobody")
	}
	trust, asked, err := c.trust(k.config.Now())
	if err != nil {
		return nil, nil, err
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: k.config.Dialer.DialContext, TLSClientConfig: trust, TLSHandshakeTimeout: k.handshake, ResponseHeaderTimeout: answerWait,
			DisableCompression: true, DisableKeepAlives: true, MaxResponseHeaderBytes: replyBytesMax,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, asked, nil
}

// trust is by whom a server is known, and what certificate it is shown. The files are
// read each time, so that new ones count from the next connection.
func (c Credential) trust(now time.Time) (*tls.Config, *atomic.Bool, error) {
	roots, err := c.authorities()
	if err != nil {
		return nil, nil, err
	}
	own := &tls.Certificate{}
	if c.CertFile != "" {
		if own, err = c.certificate(now); err != nil {
			return nil, nil, err
		}
	}
	asked := &atomic.Bool{}
	// Shown whatever authorities the server names: it says then what it has against it.
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked.Store(true)
		return own, nil
	}}, asked, nil
}

// certificate is what this node shows a server that asks for one.
func (c Credential) certificate(now time.Time) (*tls.Certificate, error) {
	chain, err := os.ReadFile(c.CertFile)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the certificate of cert_file: %w", err)
	}
	key, err := readSecret(c.KeyFile, "private key")
	if err != nil {
		return nil, err
	}
	own, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return nil, fmt.Errorf("couldn't use the certificate of cert_file with key_file: %w; both are PEM, and the key has no passphrase", err)
	}
	switch own.Leaf, err = x509.ParseCertificate(own.Certificate[0]); {
	case err != nil:
		return nil, fmt.Errorf("couldn't read the certificate of cert_file: %w", err)
	case now.After(own.Leaf.NotAfter):
		return nil, fmt.Errorf("the certificate of cert_file ended on %s; put a new one in its place", own.Leaf.NotAfter.UTC().Format(time.DateOnly))
	case now.Before(own.Leaf.NotBefore):
		return nil, fmt.Errorf("the certificate of cert_file counts only from %s; wait, or look at this machine's clock", own.Leaf.NotBefore.UTC().Format(time.DateOnly))
	}
	return &own, nil
}

// authorities are those of a server's certificate; nil for the system's.
func (c Credential) authorities() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the authorities of the server's certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, errors.New("the file of ca_file holds no certificate")
	}
	return roots, nil
}
