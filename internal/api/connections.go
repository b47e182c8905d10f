package api

import (
	"net"
	"sync"
	"time"
)

// Limits of connections.
const (
	connectionsMax = 8192 // open at once; a further one is closed unanswered
	// A client that reads its answer slower than this holds memory for nothing.
	writeStep     = 64 << 10
	writeStillMax = 30 * time.Second
)

// boundedListener accepts connections up to a limit, so that the files that the
// node's databases need are never used up by clients.
type boundedListener struct {
	net.Listener
	places chan struct{}
}

func bounded(l net.Listener, most int) net.Listener {
	return &boundedListener{l, make(chan struct{}, most)}
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		select {
		case l.places <- struct{}{}:
			return &boundedConn{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
		default:
			_ = c.Close() // its client sees a connection that ended, and tries again
		}
	}
}

// boundedConn gives its place back when it is closed, and ends when its client
// reads nothing.
type boundedConn struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *boundedConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// CloseWrite lets a client read the end of an answer before the connection is
// gone: an HTTP server asks for it when it leaves a body unread.
func (c *boundedConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Write implements net.Conn: in steps, each of which must get through in time.
func (c *boundedConn) Write(p []byte) (int, error) {
	done := 0
	for {
		step := p[done:min(done+writeStep, len(p))]
		if err := c.SetWriteDeadline(time.Now().Add(writeStillMax)); err != nil {
			return done, err
		}
		n, err := c.Conn.Write(step)
		done += n
		if err != nil || done == len(p) {
			return done, err
		}
	}
}
