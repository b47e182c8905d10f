package courier

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path"
	"strings"

	"pedigree/internal/vault"
)

// How a step of a trial went.
const (
	StepOK      = "ok"
	StepNo      = "no"
	StepUnknown = "unknown" // it shows with the first document only
)

// Step is one thing that a trial looked at.
type Step struct {
	Name string `json:"name" doc:"configuration, name, address, connection, server, login, folder, interface, format or mailbox"`
	Word string `json:"word" enum:"ok,no,unknown"`
	Text string `json:"text"`
	Next string `json:"next,omitempty" doc:"What to do"`
}

// Trial is what a look along a way found. Nothing was taken or sent.
type Trial struct {
	Name  string `json:"name"`
	Way   string `json:"way" enum:"node,https,capture,sftp,folder,hand,deposit"`
	Place string `json:"place,omitempty"`
	Works bool   `json:"works" doc:"No step said no"`
	Steps []Step `json:"steps"`
}

// trial is one being made.
type trial struct {
	Trial
	k *Courier
}

func (t *trial) add(name, word, text, next string) bool {
	t.Steps = append(t.Steps, Step{name, word, oneLine(text), next})
	return word != StepNo
}

// judge adds a step that an error ends, and tells whether to go on.
func (t *trial) judge(name string, err error, good, next string) bool {
	if err != nil {
		return t.add(name, StepNo, err.Error(), next)
	}
	return t.add(name, StepOK, good, "")
}

func (t *trial) done() Trial {
	t.Works = true
	for _, s := range t.Steps {
		t.Works = t.Works && s.Word != StepNo
	}
	return t.Trial
}

// Try looks along an inlet or outlet, by its name, and takes nothing.
func (k *Courier) Try(ctx context.Context, name string) (Trial, error) {
	ctx, cancel := context.WithTimeout(ctx, trialWait)
	defer cancel()
	if in, err := k.find(name); err == nil {
		t := &trial{Trial: Trial{Name: name, Way: in.way(), Place: in.place()}, k: k}
		switch in.way() {
		case WaySFTP:
			t.server(ctx, in.SFTP, in.Path, in.Credential, true)
		case WayFolder:
			t.judge("folder", in.Inspect(k.config.Now()), "this node may read and write in it", "")
		default:
			t.add("interface", StepUnknown, "the partner's program leaves files here; whether it can shows with the first one",
				"give it the key that pedigree apikeys create --name "+name+" --role depositor makes, and the address of this node with /api/v1/deposits/"+name+"/FILE")
		}
		return t.done(), nil
	}
	for _, out := range k.config.Outlets {
		if out.Name == name {
			t := &trial{Trial: Trial{Name: name, Way: WayFolder, Place: out.Folder}, k: k}
			t.judge("folder", out.Inspect(), "this node may read and write in it", "")
			return t.done(), nil
		}
	}
	return Trial{}, fmt.Errorf("there is no inlet or outlet %q; pedigree ways list shows inlets, pedigree.yaml has outlets under ways.outlets, and --partner names a route: %w", label(name), vault.ErrNotFound)
}

// Trier looks along a way that this package doesn't know, and sends nothing.
type Trier interface {
	Try(ctx context.Context, address string) []Step
}

// TryRoute looks along the route of a partner, as a parcel would go, and sends nothing.
func (k *Courier) TryRoute(ctx context.Context, name string, p Posting) Trial {
	ctx, cancel := context.WithTimeout(ctx, trialWait)
	defer cancel()
	t := &trial{Trial: Trial{Name: name, Way: p.Way, Place: p.Address}, k: k}
	if !t.judge("configuration", k.mayGo(p), "the configuration lets documents go there", "correct the route with pedigree partner route, or pedigree.yaml under ways") {
		return t.done()
	}
	switch p.Way {
	case WayNode:
		if far, able := k.config.Node.(Trier); able {
			t.Steps = append(t.Steps, far.Try(ctx, p.Address)...)
		}
	case WayFolder:
		t.judge("folder", Outlet{Folder: p.Address}.Inspect(), "this node may write in it", "")
	case WaySFTP, WayHTTPS, WayCapture:
		to, err := k.target(p.Way, p.Address, p.Credential)
		switch {
		case err != nil:
			t.judge("configuration", err, "", "")
		case p.Way == WaySFTP:
			t.server(ctx, to.host, to.url.Path, to.with, false)
		default:
			t.web(ctx, to, p.Way, p.Format)
		}
	default:
		t.add("interface", StepOK, "a person carries what goes by it: pedigree parcels export", "")
	}
	return t.done()
}

// reach finds a host's addresses and connects to it. It tells whether to go on.
func (t *trial) reach(ctx context.Context, hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		return t.judge("name", err, "", "write the address with a host and a port")
	}
	found := []netip.Addr{}
	if a, err := netip.ParseAddr(host); err == nil {
		found = append(found, a)
	} else {
		found, err = net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if !t.judge("name", err, host+" has an address", "look at the spelling of the host, and at this machine's name servers") {
			return false
		}
	}
	if t.k.config.Allows != nil && !t.allowed(found) {
		return false
	}
	if t.k.config.Dialer == nil {
		return t.add("connection", StepNo, "this program may dial nobody", "")
	}
	conn, err := t.k.config.Dialer.DialContext(ctx, "tcp", hostPort)
	if !t.judge("connection", err, hostPort+" answers", "ask the partner whether the server is up and lets this node's address in; look at the firewalls of both sides") {
		return false
	}
	_ = conn.Close() // it answered
	return true
}

// allowed tells whether this node may connect to one of some addresses.
func (t *trial) allowed(found []netip.Addr) bool {
	var no error
	for _, a := range found {
		if no = t.k.config.Allows(a.Unmap()); no == nil {
			return t.add("address", StepOK, a.Unmap().String()+" may be dialled", "")
		}
	}
	if no == nil {
		no = errors.New("the host has no address")
	}
	return t.judge("address", no, "", "ask the partner for its public address; exchange.private_networks allows private ones where partners meet inside a VPN")
}

// server looks at a folder of an SFTP server.
func (t *trial) server(ctx context.Context, hostPort, folder string, c Credential, in bool) {
	if !t.reach(ctx, hostPort) {
		return
	}
	r, err := t.k.dial(ctx, hostPort, c)
	switch {
	case errors.Is(err, errHostKey):
		t.judge("server", err, "", "send nothing until the partner has said over another way whether its key changed")
		return
	case err != nil && strings.Contains(err.Error(), "unable to authenticate"):
		t.add("server", StepOK, "it has the key "+c.HostKey, "")
		t.judge("login", err, "", "ask the partner whether it knows the user "+c.User+" with this key or password")
		return
	case err != nil:
		t.judge("login", err, "", "pedigree doctor looks at the files of the credential; the partner sees in its log why it ended the connection")
		return
	}
	defer r.end()
	t.add("server", StepOK, "it has the key "+c.HostKey, "")
	t.add("login", StepOK, "it lets the user "+c.User+" in", "")
	t.folder(ctx, r, path.Clean("/"+folder), in)
}

// folder looks into a folder of a server, or at it.
func (t *trial) folder(ctx context.Context, r *remote, folder string, in bool) {
	if in {
		list, err := r.list(ctx, folder)
		t.judge("folder", err, fmt.Sprintf("%d files and folders are in it; none was taken", len(list)), "ask the partner for the right folder, and for the right to read it")
		return
	}
	var info os.FileInfo
	err := r.within(ctx, remoteListMax, transferGrace, func() (err error) {
		info, err = r.files.Stat(folder)
		return err
	})
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is no folder", folder)
	}
	if t.judge("folder", err, "it is there", "ask the partner for the right folder, and for the right to write in it") {
		t.add("format", StepUnknown, "whether it may be written in shows with the first document", "")
	}
}
