//go:build linux

package drill

import (
	"net"
	"sync"
	"testing"
)

// line carries bytes to an address, until it is cut.
type line struct {
	to     string
	listen net.Listener

	mu   sync.Mutex
	off  bool
	open map[net.Conn]bool
}

func openLine(t *testing.T, to string) *line {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{to: to, listen: listen, open: map[net.Conn]bool{}}
	var carrying sync.WaitGroup
	carrying.Go(func() {
		for {
			in, err := listen.Accept()
			if err != nil {
				return
			}
			carrying.Go(func() { l.carry(in) })
		}
	})
	t.Cleanup(func() {
		_ = listen.Close()
		l.cut()
		carrying.Wait()
	})
	return l
}

func (l *line) addr() string { return l.listen.Addr().String() }

// carry serves one connection to its end.
func (l *line) carry(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer out.Close()
	if !l.note(in, out) {
		return
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		both.Go(func() {
			_, _ = way[0].(*net.TCPConn).WriteTo(way[1]) // ends with either end
			_, _ = in.Close(), out.Close()
		})
	}
	both.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, in)
	delete(l.open, out)
}

// note keeps a connection to be cut; false when the line is cut already.
func (l *line) note(ends ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range ends {
		l.open[c] = !l.off
	}
	return !l.off
}

// cut breaks every connection and lets none come about.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = true
	for c := range l.open {
		_ = c.Close()
	}
}

func (l *line) heal() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = false
}
