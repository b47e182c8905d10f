package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"pedigree/internal/engine"
	"pedigree/ledger"
)

// contact is a published node that this one dials while it isn't connected.
type contact struct {
	addr  string
	pause time.Duration // before the next attempt but one
	next  time.Time
	since time.Time // connected since; zero when it isn't
	busy  bool      // being dialled
	told  bool      // that it isn't reached
}

// dialler connects with nodes that members published and the configuration doesn't
// name. It forgets those that are withdrawn: what it knows is what the ledger says.
type dialler struct {
	own     string
	listed  map[string]bool // the engine dials these itself
	resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	reach   func(netip.Addr) error
	dial    func(id string, at netip.AddrPort) error
	jitter  func(time.Duration) time.Duration

	mu    sync.Mutex
	known map[string]*contact // by node id
}

func newDialler(own string, peers []engine.Peer, reach func(netip.Addr) error, dial func(string, netip.AddrPort) error) *dialler {
	d := &dialler{
		own: own, listed: map[string]bool{}, known: map[string]*contact{}, reach: reach, dial: dial,
		resolve: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		},
		jitter: func(d time.Duration) time.Duration { return d/2 + rand.N(d) }, // so that two nodes don't meet each other's attempts for ever
	}
	for _, p := range peers {
		d.listed[p.ID] = true
	}
	return d
}

// learn replaces what is known by what is published now. Of more nodes than are
// dialled, each node takes others.
func (d *dialler) learn(published []engine.Peer, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	here := ""
	if i := slices.IndexFunc(published, func(p engine.Peer) bool { return p.ID == d.own }); i >= 0 {
		here = published[i].Addr // where the key that waits to follow this node's is too
	}
	published = slices.DeleteFunc(slices.Clone(published), func(p engine.Peer) bool { return p.Addr == "" || p.Addr == here || p.ID == d.own || d.listed[p.ID] })
	if len(published) > publishedDialledMax {
		slices.SortFunc(published, func(a, b engine.Peer) int { return bytes.Compare(d.distance(a.ID), d.distance(b.ID)) })
		published = published[:publishedDialledMax]
	}
	known := make(map[string]*contact, len(published))
	for _, p := range published {
		c := d.known[p.ID]
		if c == nil || c.addr != p.Addr {
			c = &contact{addr: p.Addr, pause: dialPauseFirst, next: now.Add(d.jitter(dialPauseFirst))}
		}
		known[p.ID] = c
	}
	d.known = known
}

func (d *dialler) distance(id string) []byte {
	sum := sha256.Sum256([]byte(d.own + id))
	return sum[:]
}

// due returns the nodes to dial now. The caller says with ended how each went.
func (d *dialler) due(now time.Time, connected map[string]bool) (list []engine.Peer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	busy := 0
	for id, c := range d.known {
		switch {
		case c.busy:
			busy++
		case !connected[id]:
			c.since = time.Time{}
		case c.since.IsZero():
			c.since = now
		case now.Sub(c.since) > dialSteady: // a node that hangs up at once is not dialled all the time
			c.pause = dialPauseFirst
		}
	}
	for id, c := range d.known {
		if busy+len(list) < dialAtOnce && !c.busy && !connected[id] && !now.Before(c.next) {
			c.busy = true
			list = append(list, engine.Peer{ID: id, Addr: c.addr})
		}
	}
	return list
}

// ended notes that an attempt is over, and when the next may be. It tells whether
// this is the first failure of a node, which an operator may want to know of.
func (d *dialler) ended(p engine.Peer, err error, now time.Time) (tell bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.known[p.ID]
	if c == nil || c.addr != p.Addr {
		return false // withdrawn, or moved, meanwhile
	}
	tell = err != nil && !c.told
	c.told = err != nil
	c.busy = false
	c.pause = min(2*c.pause, dialPauseMax)
	c.next = now.Add(d.jitter(c.pause))
	return tell
}

// try dials a node at the first of its addresses to which this node may connect.
// The address is dialled, not the name, so that a name that resolves otherwise the
// second time gains nothing.
func (d *dialler) try(ctx context.Context, p engine.Peer) error {
	host, text, err := net.SplitHostPort(p.Addr)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, resolveWait)
	defer cancel()
	list := []netip.Addr{}
	if literal, err := netip.ParseAddr(host); err == nil {
		list = append(list, literal)
	} else if list, err = d.resolve(ctx, host); err != nil {
		return err
	}
	err = fmt.Errorf("%s has no address", host)
	for _, a := range list {
		if a.Is4In6() && a.String() != host {
			a = a.Unmap() // as some resolvers return it
		}
		if err = d.reach(a); err == nil {
			return d.dial(p.ID, netip.AddrPortFrom(a, uint16(port)))
		}
	}
	return err
}

// meetPublished begins to dial published nodes, if there are any to learn of.
func (n *Node) meetPublished(c Config) {
	if c.Published == nil || c.Reach == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	n.part = cancel
	n.meeting.Go(func() { n.meet(ctx, c) })
}

// meet dials published nodes until ctx ends.
func (n *Node) meet(ctx context.Context, c Config) {
	d := newDialler(n.engine.NodeID(), c.Peers, c.Reach, n.engine.Dial)
	tick := time.NewTicker(dialEvery)
	defer tick.Stop()
	for at := uint64(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if height := n.Height(); height != at {
			list, err := n.published(c.Published)
			if err != nil {
				n.log.Error("couldn't read which nodes are published", "error", err)
				continue
			}
			d.learn(list, time.Now())
			at = height
		}
		connected := map[string]bool{}
		for _, p := range n.engine.Peers() {
			connected[p.ID] = true
		}
		for _, p := range d.due(time.Now(), connected) {
			go func() { // ends by the engine's own limits, or when it stops
				err := d.try(ctx, p)
				if d.ended(p, err, time.Now()) && ctx.Err() == nil {
					n.log.Warn("a published node isn't reached; it is tried again with growing pauses", "node", p.ID, "error", err)
				}
			}()
		}
	}
}

// published reads the nodes that members published.
func (n *Node) published(read func(ledger.State) []engine.Peer) (list []engine.Peer, err error) {
	err = n.Read(func(s ledger.State) error { list = read(s); return nil })
	return list, err
}
