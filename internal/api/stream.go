package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"pedigree/internal/auth"
	"pedigree/ledger"
)

// Limits of streams of events.
const (
	streamsDefault = 32               // at once; and never more than a quarter of RequestsMax
	streamLife     = 10 * time.Minute // then the client asks again, and goes on where it was
	streamBeat     = 15 * time.Second // between signs of life, before each of which its right is looked at again
	streamAgain    = 2 * time.Second  // after which a client that lost its stream asks again
)

// streamEnding is how the addresses of streams end.
const streamEnding = "/events"

// codeStreams is the code of a stream for which there is no place.
const codeStreams = "api/streams"

// StreamEvent is one event of a stream (server-sent events, HTML Living Standard 9.2).
type StreamEvent struct {
	ID   string // by which a client goes on after it; empty: the one before stays
	Name string
	Data any // as JSON
}

// Feed is what a stream tells one client.
type Feed interface {
	// Next returns what is new without waiting, whether that was the last of all, and
	// what is closed as soon as there may be more.
	Next() (events []StreamEvent, last bool, more <-chan struct{})
	// Close says that nobody listens any more.
	Close()
}

// Streamed describes an operation that answers with a stream whose events carry data
// such as this.
func (s *Server) Streamed(o huma.Operation, data *huma.Schema) huma.Operation {
	o.Responses = map[string]*huma.Response{"200": {
		Description: "Server-sent events (text/event-stream); the data of each is as follows, in JSON",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: data}},
	}}
	return o
}

// IsStream tells whether a request asks for a stream: it is served for long, and does
// next to nothing meanwhile.
func IsStream(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, streamEnding)
}

// Stream answers with what a feed tells, until it ends, the client leaves, may not read
// it any more, or the server stops. After ten minutes the client has to ask again, so
// that nobody's place is held by who is gone.
func (s *Server) Stream(who auth.Principal, feed Feed) (*huma.StreamResponse, error) {
	places := []chan struct{}{s.streams}
	if who.Org != s.config.Org {
		places = append(places, s.hostedStreams)
	}
	leave := func(n int) {
		for _, p := range places[:n] {
			<-p
		}
	}
	for i, p := range places {
		select {
		case p <- struct{}{}:
		default:
			leave(i)
			feed.Close()
			return nil, Refuse(Coded(errors.New("this node keeps as many streams open as it can"), ledger.Limit, codeStreams, "close one that nobody reads, or ask now and then instead"))
		}
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer leave(len(places))
		defer feed.Close()
		s.tell(ctx, feed)
	}}, nil
}

// tell writes a stream. A client that reads nothing ends it: the connection takes no more
// for a while, and is cut.
func (s *Server) tell(ctx huma.Context, feed Feed) {
	r, w := humago.Unwrap(ctx)
	out := http.NewResponseController(w)
	ctx.SetHeader("Content-Type", "text/event-stream")
	ctx.SetHeader("X-Accel-Buffering", "no") // a proxy that gathers an answer would never pass it on
	ctx.SetStatus(http.StatusOK)
	_, err := fmt.Fprintf(w, "retry: %d\n\n", streamAgain.Milliseconds())
	beat, life := time.NewTicker(s.beat), time.NewTimer(streamLife)
	defer beat.Stop()
	defer life.Stop()
	for err == nil {
		events, last, more := feed.Next()
		for i := 0; i < len(events) && err == nil; i++ {
			err = writeEvent(w, events[i])
		}
		if err = errors.Join(err, out.Flush()); err != nil || last {
			return
		}
		select {
		case <-more:
		case <-beat.C:
			if !s.stillMay(ctx, r) {
				return
			}
			_, err = io.WriteString(w, ": here\n\n")
		case <-life.C:
			return
		case <-s.ending.Done():
			return
		case <-ctx.Context().Done():
			return
		}
	}
}

// stillMay tells whether who asked for a stream may still read it.
func (s *Server) stillMay(ctx huma.Context, r *http.Request) bool {
	was, _ := auth.From(r.Context())
	policy, stated := PolicyOf(ctx.Operation())
	who, err := s.identify(r)
	return stated && err == nil && who.ID == was.ID && who.Org == was.Org && who.May(policy.of(ctx.Param))
}

// writeEvent writes one event. JSON has no line breaks of its own.
func writeEvent(w io.Writer, e StreamEvent) error {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return err
	}
	if e.ID != "" {
		_, err = fmt.Fprintf(w, "id: %s\n", e.ID)
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e.Name, data)
	}
	return err
}
