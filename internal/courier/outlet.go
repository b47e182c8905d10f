package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
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

// schemes and ports are those of an address, and of one without a port.
var (
	schemes = map[string]string{WayHTTPS: "https", WayCapture: "https", WaySFTP: "sftp"}
	ports   = map[string]string{WayHTTPS: "443", WayCapture: "443", WaySFTP: "22"}
)

// target reads an address and finds the credential that may be shown there.
func (k *Courier) target(way, address, credential string) (t target, err error) {
	if t.url, err = url.Parse(address); err != nil || t.url.Scheme != schemes[way] || t.url.Hostname() == "" || t.url.User != nil {
		return t, refuse("the route's address is no %s://host/path", schemes[way])
	}
	if t.host = t.url.Host; t.url.Port() == "" {
		t.host += ":" + ports[way]
	}
	if credential == "" && way != WaySFTP {
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
	case WayCapture:
		return k.toCapture(ctx, p, content)
	}
	return k.toHTTPS(ctx, p, content)
}

// ask asks what came of a parcel that was sent.
func (k *Courier) ask(ctx context.Context, p Parcel) (Answer, error) {
	if p.Way == WayCapture {
		return k.askCapture(ctx, p)
	}
	return k.config.Node.Ask(ctx, p)
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
