package vault_test

import (
	"net"
	"path/filepath"
	"sync"
	"testing"

	"pedigree/internal/vault/pgtest"
)

// socketName is what PostgreSQL calls its socket in a folder.
const socketName = ".s.PGSQL.5432"

// proxy stands between a vault and a server, and cuts the line when told to.
type proxy struct {
	to string // the server's socket

	mu     sync.Mutex
	lines  map[net.Conn]net.Conn
	armed  bool
	left   int  // messages until the cut
	before bool // the last message doesn't reach the server
	stay   bool // and nobody gets through afterwards
	down   bool
	mute   bool // nothing reaches the server, and the line stays
	cuts   int
}

// newProxy returns a proxy and the URL of the server behind it.
func newProxy(t *testing.T, server *pgtest.Server) (*proxy, string) {
	t.Helper()
	dir := t.TempDir()
	listener, err := net.Listen("unix", filepath.Join(dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{to: filepath.Join(server.Socket(), socketName), lines: map[net.Conn]net.Conn{}}
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			p.serve(client)
		}
	}()
	return p, pgtest.URLAt(dir)
}

func (p *proxy) serve(client net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	server, err := net.Dial("unix", p.to)
	if p.down || err != nil {
		_ = client.Close()
		return
	}
	p.lines[client] = server
	go p.carry(client, server, true)
	go p.carry(server, client, false)
}

// carry copies what comes from one side to the other, a message at a time.
func (p *proxy) carry(from, to net.Conn, toServer bool) {
	defer from.Close()
	defer to.Close()
	room := make([]byte, 1<<20)
	for {
		n, err := from.Read(room)
		if err != nil {
			return
		}
		cut, deliver := p.count(toServer)
		if toServer && p.isMute() {
			deliver = false
		}
		if deliver {
			if _, err := to.Write(room[:n]); err != nil {
				return
			}
		}
		if cut {
			_ = from.Close() // the answer finds nobody
			return
		}
	}
}

// count counts a message and tells whether the line is cut at it.
func (p *proxy) count(toServer bool) (cut, deliver bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.armed || !toServer {
		return false, true
	}
	if p.left--; p.left > 0 {
		return false, true
	}
	p.armed = false
	p.cuts++
	p.down = p.stay
	return true, !p.before
}

// arm cuts the line at the nth message from now.
func (p *proxy) arm(n int, before, stay bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.left, p.before, p.stay = true, n, before, stay
}

// disarm tells whether the line was cut, and lets everybody through again.
func (p *proxy) disarm() (cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cut = !p.armed
	p.armed, p.down = false, false
	return cut
}

// silence lets nothing through to the server any more, or everything again.
func (p *proxy) silence(mute bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = mute
}

func (p *proxy) isMute() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mute
}

// cut cuts every line.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, server := range p.lines {
		_ = client.Close()
		_ = server.Close()
	}
	clear(p.lines)
}
