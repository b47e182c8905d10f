package api

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pedigree/internal/auth"
	"pedigree/internal/turns"
)

// Limits of the HTTP interface.
const (
	headerBytesMax  = 64 << 10
	readHeaderWait  = 10 * time.Second
	idleWait        = 2 * time.Minute
	graceWait       = 6 * time.Second // a connection that never asked anything is waited for, for five
	stopWait        = 8 * time.Second // after which connections are cut
	requestsDefault = 256
	strangersMax    = 64
	largeBodiesMax  = 2 // and no more than half of the processors, but one
	largeBodyLeast  = 256 << 10
	formBytesMax    = 16 << 10 // of the page of signing in
	// BodyBytesDefault is the largest body of a plain request, where the
	// configuration says no other; uploads have their own.
	BodyBytesDefault = 1 << 20
	// UploadBytesMax is the largest document or shipment file.
	UploadBytesMax = 1 << 30
)

// Config sets a server up.
type Config struct {
	Listen string   // host:port
	Hosts  []string // host names beside loopback ones under which it answers
	Token  string   // the access token of this node's owner; required
	Org    string   // the organisation that the owner acts for
	// Access knows the people and machines beside the owner; nil when there are none.
	Access *auth.Access
	// TLS serves over it; nil is plain, for loopback or behind a proxy. Certificates
	// are the machines that it knows by theirs.
	TLS          *tls.Config
	Certificates []auth.Certificate
	Passkeys     *auth.Passkeys // nil when there are none
	Provider     *auth.Provider // at which people sign in; nil when there is none
	TwoPersons   bool           // acts that need two persons wait for a second even when there is none
	Rates        Rates
	// Origin is where browsers reach the node, such as https://node.example; empty
	// when it is only its loopback address.
	Origin  string
	Version string // of the program
	// Ready says why the node takes no work now, or nil. While it does not, writes
	// are refused, but for the operations in Local, which need no ledger at once.
	Ready func() error
	Local []string // operation ids
	// Hears says why nothing can be put on the ledger now, or nil (default: nothing is
	// said). It is asked before the operations in Ledgered, which would wait for it.
	Hears    func(context.Context) error
	Ledgered []string // operation ids
	Log      *slog.Logger
	// Enter prepares a request for the organisation that its principal acts for, and
	// returns what ends it (default: nothing). An error refuses the request.
	Enter func(r *http.Request, who auth.Principal) (context.Context, func(), error)
	// Owner tells whose access token has a SHA-256, beside Token (default: nobody's).
	Owner func(token [32]byte) (org string, known bool)
	// Anchored is the hash of an organisation's audit trail that the ledger holds, or ""
	// (default: nobody knows).
	Anchored func(org string) (root string, err error)
	// Demo lists as whom anybody at this machine may sign in; nil (default) but for a
	// demonstration, which then says so on its pages and in its status.
	Demo func() []DemoPerson
	// Drill tells that the network is for practice, which pages, status and every answer
	// of who is signed in then say.
	Drill bool
	// BodyBytesMax bounds the body of a plain request (default BodyBytesDefault),
	// RequestsMax the requests that are served at once; more wait (default 256).
	BodyBytesMax int64
	RequestsMax  int
	// StreamsMax bounds the streams of events that are open at once (default 32, at most a
	// quarter of RequestsMax), HostedStreamsMax those of organisations that are only hosted
	// (default as many; less than 0: none): each keeps what its organisation has on the node
	// open.
	StreamsMax, HostedStreamsMax int
	// Turns are what large JSON bodies are read in; nil reads them at once.
	Turns *turns.Gate
}

// Server is the HTTP interface of one node.
type Server struct {
	API     huma.API
	mux     *http.ServeMux
	config  Config
	http    *http.Server
	hurry   context.CancelFunc // ends the contexts of all requests
	ending  context.Context    // over when the server begins to stop
	streams chan struct{}      // one for each stream
	// hostedStreams has one for each stream of an organisation that is only hosted.
	hostedStreams chan struct{}
	beat          time.Duration // between signs of life of a stream
	listen        net.Listener
	turns         chan struct{} // one for each request that may be served
	strangers     chan struct{} // the same, for those who are not known
	figures       figures
	large         chan struct{}              // one for each large body that may be in memory
	pages         map[string]auth.Permission // what each page needs, by its pattern
	open          map[string]bool            // the patterns that everybody may ask for
	rates         limiters
}

// New makes a server without routes but health. Register operations on API, each
// with Needs, and pages with Handle; then Start.
func New(c Config) (*Server, error) {
	if c.Token == "" {
		return nil, errors.New("couldn't set up the HTTP interface: it has no access token")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.BodyBytesMax == 0 {
		c.BodyBytesMax = BodyBytesDefault
	}
	if c.RequestsMax == 0 {
		c.RequestsMax = requestsDefault
	}
	if most := max(1, c.RequestsMax/4); c.StreamsMax == 0 || c.StreamsMax > most {
		c.StreamsMax = min(streamsDefault, most)
	}
	if c.HostedStreamsMax == 0 {
		c.HostedStreamsMax = c.StreamsMax
	}
	c.HostedStreamsMax = max(0, c.HostedStreamsMax)
	huma.NewError = newProblem
	huma.ValidateStrictCasing = true
	mux := http.NewServeMux()
	hc := huma.DefaultConfig("pedigree", c.Version)
	hc.DocsPath = ""    // its page would load scripts from elsewhere
	hc.SchemasPath = "" // the schemas are in the OpenAPI document
	hc.CreateHooks = nil
	body := inTurns(strictJSON, c.Turns)
	hc.Formats = map[string]huma.Format{"application/json": body, "json": body}
	hc.Transformers = append(hc.Transformers, emptyLists)
	hc.OpenAPIPath = "/api/openapi"
	hc.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	hc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	hc.Security = []map[string][]string{{"token": {}}}
	hc.OnAddOperation = append(hc.OnAddOperation, func(_ *huma.OpenAPI, o *huma.Operation) {
		if o.MaxBodyBytes == BodyBytesDefault {
			o.MaxBodyBytes = c.BodyBytesMax + 1 // the router takes less than its limit
		}
	})
	s := &Server{
		mux: mux, API: humago.New(mux, hc), config: c, turns: make(chan struct{}, c.RequestsMax), strangers: make(chan struct{}, strangersMax), large: make(chan struct{}, max(1, min(largeBodiesMax, runtime.GOMAXPROCS(0)/2))),
		streams: make(chan struct{}, c.StreamsMax), hostedStreams: make(chan struct{}, c.HostedStreamsMax), beat: streamBeat,
		pages: map[string]auth.Permission{}, open: map[string]bool{}, rates: c.Rates.limiters(time.Now),
	}
	s.API.UseMiddleware(s.observed, s.fewLarge, s.audited, s.permitted, s.signed, s.seconded, s.byPermit, s.onlyReady)
	s.HandleOpen("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	s.HandleOpen("GET /readyz", s.readyz)
	s.addSigningIn()
	mux.HandleFunc("/api/", s.noRoute)
	var requests context.Context
	requests, s.hurry = context.WithCancel(context.Background())
	s.http = &http.Server{
		BaseContext: func(net.Listener) context.Context { return requests },
		Handler:     s.guard(mux), MaxHeaderBytes: headerBytesMax, ReadHeaderTimeout: readHeaderWait, IdleTimeout: idleWait,
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelWarn),
	}
	var end context.CancelFunc
	s.ending, end = context.WithCancel(requests)
	s.http.RegisterOnShutdown(end)
	return s, nil
}

// schemaName names a type's schema. Two packages may have types of one name, so
// those of domains carry the domain's.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	domain, isView := strings.CutSuffix(path.Base(t.PkgPath()), "view")
	if t.Name() == "" || !isView {
		return name
	}
	return strings.ToUpper(domain[:1]) + domain[1:] + name
}

// Start listens and serves until Stop.
func (s *Server) Start() error {
	l, err := net.Listen("tcp", s.config.Listen)
	if err != nil {
		return fmt.Errorf("couldn't listen on %s: %w; choose another api.listen", s.config.Listen, err)
	}
	s.listen = l
	l = bounded(l, connectionsMax)
	if s.config.TLS != nil {
		l = tls.NewListener(l, s.config.TLS) // outermost: the server looks for its type
	}
	go func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.config.Log.Error("the HTTP interface ended", "error", err)
		}
	}()
	return nil
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.listen.Addr().String() }

// URL is where the server answers.
func (s *Server) URL() string {
	if s.config.TLS != nil {
		return "https://" + s.Addr()
	}
	return "http://" + s.Addr()
}

// Stop lets requests under way end, for a short time. Those that still wait for a
// block then are told that nobody knows when it comes.
func (s *Server) Stop() error {
	defer s.hurry()
	if s.listen == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopWait)
	defer cancel()
	defer time.AfterFunc(graceWait, s.hurry).Stop()
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("couldn't end all requests: %w", err), s.http.Close())
	}
	return nil
}
