package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"pedigree/proof"
)

// deliveriesPath is where a node takes deliveries: PUT offers one, PATCH brings a
// chunk, POST ends it.
const deliveriesPath = "/v1/deliveries/"

// Door is a listener for partners. Several organisations may share one: a partner
// says by TLS's server name (RFC 6066 section 3) for whom it comes, and is met under
// that organisation's own key.
type Door struct {
	net.Listener
	http *http.Server
	log  *slog.Logger

	mu      sync.RWMutex
	serving map[string]*Exchange // by organisation
	summon  func(org string)     // may have one served that is not
	rate    *rate.Limiter        // of summons

	strangers atomic.Uint64 // connections that were refused since the start
}

// OpenDoor listens on host:port. Exchanges come in with Config.Door.
func OpenDoor(addr string, log *slog.Logger) (*Door, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("couldn't listen on %s for partners: %w; choose another exchange.listen", addr, err)
	}
	g := newGate()
	d := &Door{Listener: l, log: log, serving: map[string]*Exchange{}, rate: rate.NewLimiter(summonsRate, summonsBurst)}
	d.http = &http.Server{
		Handler: http.HandlerFunc(d.route), MaxHeaderBytes: headBytesMax, ReadHeaderTimeout: handshakeWait, ReadTimeout: partWait, IdleTimeout: idleWait,
		ConnState: g.changed, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only: its limits are ours
	}
	meet := &tls.Config{MinVersion: tls.VersionTLS13, GetConfigForClient: d.meet}
	go func() {
		if err := d.http.Serve(tls.NewListener(&gatedListener{l, g}, meet)); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the exchange takes no more connections", "error", err)
		}
	}()
	return d, nil
}

// Close takes no more connections and lets requests under way end, for a short time.
func (d *Door) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	if err := d.http.Shutdown(ctx); err != nil {
		return d.http.Close() // what is cut off is resumed
	}
	return nil
}

// SummonWith has the door ask for an organisation that it does not serve when somebody
// comes for it; one that the node hosts may only be asleep. Whoever comes is a
// stranger still, so it is asked a few times a second at most.
func (d *Door) SummonWith(summon func(org string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.summon = summon
}

// wake summons an organisation and tells whether it is served then.
func (d *Door) wake(org string) (*Exchange, bool) {
	d.mu.RLock()
	summon := d.summon
	d.mu.RUnlock()
	if summon == nil || org == "" || len(org) > proof.OrgIDMax || !d.rate.Allow() {
		return nil, false
	}
	summon(org)
	return d.of(org)
}

// Strangers is how many connections were refused since the start: the ledger does not
// name their key, or they came for nobody who is here.
func (d *Door) Strangers() uint64 { return d.strangers.Load() }

// admit has the door serve an exchange; leave ends that.
func (d *Door) admit(x *Exchange) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serving[x.Org()] = x
}

func (d *Door) leave(x *Exchange) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.serving[x.Org()] == x {
		delete(d.serving, x.Org())
	}
}

func (d *Door) of(org string) (*Exchange, bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	x, ok := d.serving[org]
	return x, ok
}

// meet chooses the key under which a partner is met.
func (d *Door) meet(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	x, ok := d.of(hello.ServerName)
	if !ok {
		x, ok = d.wake(hello.ServerName)
	}
	if !ok {
		d.strangers.Add(1)
		return nil, errStranger
	}
	return x.self.server(x.directory, func() { d.strangers.Add(1) }), nil
}

// route hands a request to the exchange that its connection was made for.
func (d *Door) route(w http.ResponseWriter, r *http.Request) {
	if x, ok := d.of(r.TLS.ServerName); ok {
		x.routes.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Connection", "close") // it is closing, or asleep: a new handshake wakes it
	w.WriteHeader(http.StatusServiceUnavailable)
}

// newRoutes are what partners may ask of an exchange.
func (x *Exchange) newRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("PUT "+deliveriesPath+"{id}", x.answer(x.offerRoute))
	mux.HandleFunc("PATCH "+deliveriesPath+"{id}", x.answer(x.partRoute))
	mux.HandleFunc("POST "+deliveriesPath+"{id}", x.answer(x.commitRoute))
	return mux
}
