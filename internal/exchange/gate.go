package exchange

import (
	"container/list"
	"net"
	"net/http"
	"sync"

	"golang.org/x/time/rate"
)

// gate bounds open connections. Whoever has not yet sent a request after a
// handshake is a stranger; when there are too many of those the oldest is put out,
// so that slow ones keep nobody from the door.
type gate struct {
	mu        sync.Mutex
	strangers *list.List // of *gated, the oldest first
	open      int
	byIP      map[string]int // strangers
}

// gated is a connection that counts.
type gated struct {
	net.Conn
	g    *gate
	ip   string
	at   *list.Element // among the strangers; nil once it made a request
	once sync.Once
}

func newGate() *gate { return &gate{strangers: list.New(), byIP: map[string]int{}} }

// gatedListener counts what it accepts.
type gatedListener struct {
	net.Listener
	g *gate
}

// Accept implements net.Listener.
func (l *gatedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if in := l.g.enter(c); in != nil {
			return in, nil
		}
		_ = c.Close() // there is no room
	}
}

// enter lets a connection in, for which the oldest stranger may have to go: of its
// own address if there are too many from there. It returns nil when all that are in
// are members at work.
func (g *gate) enter(c net.Conn) *gated {
	ip, _, err := net.SplitHostPort(c.RemoteAddr().String())
	if err != nil {
		ip = c.RemoteAddr().String()
	}
	g.mu.Lock()
	var out *gated
	if g.byIP[ip] >= strangersIPMax {
		out = g.oldest(ip)
	} else if g.strangers.Len() >= strangersMax || g.open >= connectionsMax {
		if out = g.oldest(""); out == nil {
			g.mu.Unlock()
			return nil
		}
	}
	if out != nil {
		g.known(out)
	}
	in := &gated{Conn: c, g: g, ip: ip}
	in.at = g.strangers.PushBack(in)
	g.byIP[ip]++
	g.open++
	g.mu.Unlock()
	if out != nil {
		_ = out.Close()
	}
	return in
}

// oldest is the first stranger of an address, or of all. Who calls holds the lock.
func (g *gate) oldest(ip string) *gated {
	for e := g.strangers.Front(); e != nil; e = e.Next() {
		if c := e.Value.(*gated); ip == "" || c.ip == ip {
			return c
		}
	}
	return nil
}

// known takes a connection from among the strangers. Who calls holds the lock.
func (g *gate) known(c *gated) {
	if c.at == nil {
		return
	}
	g.strangers.Remove(c.at)
	c.at = nil
	if g.byIP[c.ip]--; g.byIP[c.ip] == 0 {
		delete(g.byIP, c.ip)
	}
}

// Close implements net.Conn.
func (c *gated) Close() error {
	c.once.Do(func() {
		c.g.mu.Lock()
		defer c.g.mu.Unlock()
		c.g.known(c)
		c.g.open--
	})
	return c.Conn.Close()
}

// changed follows the server's connections: one that makes a request has shaken
// hands, and so is a member's.
func (g *gate) changed(c net.Conn, s http.ConnState) {
	under, ok := c.(interface{ NetConn() net.Conn })
	if s != http.StateActive || !ok {
		return
	}
	if in, ok := under.NetConn().(*gated); ok {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.known(in)
	}
}

// rates keeps each partner within what one node does for one partner.
type rates struct {
	mu sync.Mutex
	of map[string]*pace
}

type pace struct {
	limit  *rate.Limiter
	inside int
}

// enter lets one request in. The returned function lets the next one.
func (r *rates) enter(org string) (leave func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[string]*pace{}
	}
	p := r.of[org]
	if p == nil { // as many as there are members
		p = &pace{limit: rate.NewLimiter(requestsOrgRate, requestsOrgBurst)}
		r.of[org] = p
	}
	if p.inside >= requestsOrgMax || !p.limit.Allow() {
		return nil, refuse(RefusedBusy, "more than %d requests at once or %d in a second are not taken from one partner", requestsOrgMax, requestsOrgRate).after(retryFirst)
	}
	p.inside++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		p.inside--
	}, nil
}
