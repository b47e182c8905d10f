package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
)

// Outlet is a folder of this machine into which parcels may go.
type Outlet struct{ Name, Folder string }

// Answer is what a way says of a parcel.
type Answer struct {
	Acked bool   // the partner has it
	Ref   string // what the partner's server gave it
	Text  string // for a person
}

// Sender sends parcels by a way that this package doesn't know, and says later what
// came of them. ErrRefused ends a parcel; any other error is tried again.
type Sender interface {
	Send(ctx context.Context, p Parcel, content io.Reader) (Answer, error)
	Ask(ctx context.Context, p Parcel) (Answer, error)
}

// target is where a parcel goes.
type target struct {
	url  *url.URL
	host string // host:port
	with Credential
}

// ports are those of an address without one.
var ports = map[string]string{WayHTTPS: "443", WaySFTP: "22"}

// target reads an address and finds the credential that may be shown there.
func (k *Courier) target(way, address, credential string) (t target, err error) {
	if t.url, err = url.Parse(address); err != nil || t.url.Scheme != way || t.url.Hostname() == "" || t.url.User != nil {
		return t, refuse("the route's address is no %s://host/path", way)
	}
	if t.host = t.url.Host; t.url.Port() == "" {
		t.host += ":" + ports[way]
	}
	if credential == "" && way == WayHTTPS {
		return t, nil
	}
	found := false
	if t.with, found = k.config.Credentials[credential]; !found {
		return t, refuse("pedigree.yaml has no credential %q under ways.credentials", label(credential))
	}
	return t, t.with.check(t.host)
}

// fileName is the name under which a document stands at a partner's: with a part of its
// hash, so that the same one stands there once.
func fileName(p Parcel) string {
	ext := path.Ext(p.Name)
	stem := strings.TrimSuffix(p.Name, ext)
	if over := len(stem) + len(ext) + 17 - NameBytesMax; over > 0 && over < len(stem) {
		stem = strings.ToValidUTF8(stem[:len(stem)-over], "")
	}
	return strings.TrimLeft(stem, ".") + "-" + p.SHA256[:16] + ext
}

// send sends one parcel by its way.
func (k *Courier) send(ctx context.Context, p Parcel) (Answer, error) {
	content, _, err := k.vault.OpenDocument(ctx, p.document)
	if err != nil {
		return Answer{}, err
	}
	defer content.Close()
	ctx, cancel := context.WithTimeout(ctx, paceOf(p.Size))
	defer cancel()
	switch p.Way {
	case WayNode:
		return k.config.Node.Send(ctx, p, content)
	case WayFolder:
		return Answer{Text: "written"}, k.toFolder(p, content)
	case WaySFTP:
		return k.toServer(ctx, p, content)
	}
	return k.toHTTPS(ctx, p, content)
}

// toFolder writes a file whole: under another name, synced, then under its own.
func (k *Courier) toFolder(p Parcel, content io.Reader) error {
	if err := k.mayGo(Posting{Way: p.Way, Address: p.Address}); err != nil {
		return err
	}
	root, err := os.OpenRoot(p.Address)
	if err != nil {
		return fmt.Errorf("couldn't open the folder: %w", err)
	}
	defer root.Close()
	name := fileName(p)
	part := "." + name + ".part"
	f, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o640)
	if err != nil {
		return fmt.Errorf("couldn't write in the folder: %w", err)
	}
	_, err = io.Copy(f, content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		return fmt.Errorf("couldn't write in the folder: %w", err)
	}
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (k *Courier) toServer(ctx context.Context, p Parcel, content io.Reader) (Answer, error) {
	t, err := k.target(p.Way, p.Address, p.credential)
	if err != nil {
		return Answer{}, err
	}
	server, err := k.dial(ctx, t.host, t.with)
	if err != nil {
		return Answer{}, err
	}
	defer server.end()
	name := fileName(p)
	return Answer{Ref: name}, server.put(ctx, path.Join(t.url.Path, name), p.Size, content)
}

func (k *Courier) toHTTPS(ctx context.Context, p Parcel, content io.Reader) (Answer, error) {
	t, err := k.target(p.Way, p.Address, p.credential)
	if err != nil {
		return Answer{}, err
	}
	client, err := k.client(t.with)
	if err != nil {
		return Answer{}, err
	}
	defer client.CloseIdleConnections()
	method, at := http.MethodPost, *t.url
	if t.with.Method == MethodPut {
		method, at = http.MethodPut, *t.url.JoinPath(fileName(p))
	}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), io.NopCloser(content))
	if err != nil {
		return Answer{}, refuse("the route's address can't be asked: %w", err)
	}
	r.ContentLength = p.Size
	r.Header.Set("Content-Type", p.MediaType)
	r.Header.Set("Idempotency-Key", p.SHA256[:32])
	if t.with.TokenFile != "" {
		word, err := readWord(t.with.TokenFile, "token")
		if err != nil {
			return Answer{}, err
		}
		r.Header.Set("Authorization", "Bearer "+word)
	}
	res, err := client.Do(r)
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't send it: %w", hideURL(err))
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, replyBytesMax))
	if err != nil {
		return Answer{}, fmt.Errorf("couldn't read the answer: %w", err)
	}
	return judge(res, text)
}

// hideURL leaves the address out, which stands beside the error already.
func hideURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// judge tells what an answer means: taken, never, or not now.
func judge(res *http.Response, text []byte) (Answer, error) {
	said := oneLine(string(bytes.TrimSpace(text[:min(len(text), reasonBytesMax/2)])))
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return Answer{Ref: oneLine(res.Header.Get("Location")), Text: fmt.Sprintf("answered with %d: %s", code, said)}, nil
	case code >= 300 && code < 400:
		return Answer{}, refuse("it answers with %d, that the address is another one; no redirect is followed: correct the route", code)
	case code == http.StatusBadRequest, code == http.StatusMethodNotAllowed, code == http.StatusRequestEntityTooLarge, code == http.StatusUnsupportedMediaType, code == http.StatusUnprocessableEntity:
		return Answer{}, refuse("the partner's server refused it with %d: %s", code, said)
	default:
		return Answer{}, fmt.Errorf("the partner's server answered with %d: %s", code, said)
	}
}

// client talks to one partner's server, and goes nowhere that it sends it.
func (k *Courier) client(c Credential) (*http.Client, error) {
	if k.config.Dialer == nil {
		return nil, errors.New("this program may dial nobody")
	}
	roots, err := c.authorities()
	if err != nil {
		return nil, err
	}
	trust := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: k.config.Dialer.DialContext, TLSClientConfig: trust, TLSHandshakeTimeout: k.handshake, ResponseHeaderTimeout: answerWait,
			DisableCompression: true, DisableKeepAlives: true, MaxResponseHeaderBytes: replyBytesMax,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
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
