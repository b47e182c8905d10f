package exchange

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"pedigree/proof"
)

// errUnreachable is a failure that says nothing about the delivery: no connection,
// no answer, or one that is not of this protocol.
var errUnreachable = errors.New("the partner's node can't be reached")

// unreachable tells whether the partner's other deliveries would fail alike.
func unreachable(err error) bool {
	var r *Refusal
	return errors.Is(err, errUnreachable) || errors.As(err, &r) && (r.Code == RefusedBusy || r.Code == RefusedTrouble)
}

// peers are the partners that are sent to: a connection for each, and when one that
// failed is tried again.
type peers struct {
	x  *Exchange
	mu sync.Mutex
	of map[string]*peer
}

type peer struct {
	client *http.Client
	addr   string
	key    proof.Key
	failed int
	next   time.Time
}

// mayTry tells whether a partner's pause is over.
func (p *peers) mayTry(org string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.of[org]
	return known == nil || !now.Before(known.next)
}

// failed begins or lengthens a partner's pause.
func (p *peers) failed(org string, now time.Time, asked time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.entry(org)
	known.next = now.Add(backoff(known.failed, asked))
	known.failed++
}

// answered ends a partner's pause: it answered, or came to us.
func (p *peers) answered(org string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.of[org]; known != nil {
		known.failed, known.next = 0, time.Time{}
	}
}

// paused tells whether a partner is in a pause.
func (p *peers) paused(org string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.of[org]
	return known != nil && known.failed > 0
}

// entry is a partner's; who calls holds the lock.
func (p *peers) entry(org string) *peer {
	if p.of == nil {
		p.of = map[string]*peer{}
	}
	if p.of[org] == nil {
		p.of[org] = &peer{}
	}
	return p.of[org]
}

// client is the connection to a partner under the key and address that stand on the
// ledger now.
func (p *peers) client(org string, m Mailbox) *http.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.entry(org)
	if known.client != nil && known.addr == m.Addr && known.key == m.TLS {
		return known.client
	}
	if known.client != nil {
		known.client.CloseIdleConnections()
	}
	dial := p.x.reach.dialer()
	known.addr, known.key = m.Addr, m.TLS
	known.client = &http.Client{
		// A redirect is an answer like any other: not of this protocol.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, DialContext: dial.DialContext, TLSClientConfig: p.x.self.client(org, m.TLS), TLSHandshakeTimeout: handshakeWait,
			DisableCompression: true, MaxIdleConnsPerHost: 1, MaxConnsPerHost: 2, IdleConnTimeout: idleWait / 2,
			MaxResponseHeaderBytes: replyBytesMax, ForceAttemptHTTP2: false,
		},
	}
	return known.client
}

// close ends the connections.
func (p *peers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.of {
		if known.client != nil {
			known.client.CloseIdleConnections()
		}
	}
}

// wakeFor tries a partner again at once that has just come to us.
func (x *Exchange) wakeFor(ctx context.Context, org string) {
	if !x.peers.paused(org) {
		return
	}
	x.peers.answered(org)
	err := x.update(ctx, `UPDATE exchange_out SET next_at = 0 WHERE partner = $1 AND state = $2`, org, int(Sending))
	x.told(ctx, "look at what waits for a partner that is back", err)
	x.Wake()
}
