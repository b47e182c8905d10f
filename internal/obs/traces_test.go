package obs_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	collect "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"

	"pedigree/internal/obs"
)

// collector takes OTLP over HTTP, as a real one does.
type collector struct {
	mu   sync.Mutex
	list []*collect.ExportTraceServiceRequest
	raw  []byte
	path string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request collect.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &request)
	}
	if err != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
		http.Error(w, "no OTLP", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list, c.raw, c.path = append(c.list, &request), append(c.raw, body...), r.URL.Path
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// spans are the names of all spans, each with its facts.
func (c *collector) spans() map[string][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := map[string][]string{}
	for _, request := range c.list {
		for _, resource := range request.ResourceSpans {
			list["resource"] = texts(resource.Resource.Attributes)
			for _, scope := range resource.ScopeSpans {
				for _, s := range scope.Spans {
					list[s.Name] = append(texts(s.Attributes), "status="+s.Status.GetCode().String()+s.Status.GetMessage())
				}
			}
		}
	}
	return list
}

func texts(list []*common.KeyValue) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Key+"="+strings.ReplaceAll(a.Value.String(), "  ", " "))
	}
	slices.Sort(out)
	return out
}

func TestSpansReachACollectorWithNothingButFacts(t *testing.T) {
	c := &collector{}
	server := httptest.NewServer(c)
	defer server.Close()
	stop, err := obs.SendTraces(t.Context(), server.URL, "1.2.3", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, endRequest := obs.Span(t.Context(), "request", obs.Route("GET", "/api/v1/entries/{id}", "get-entry")...)
	_, endSubmit := obs.Span(ctx, "submit", obs.Bytes(7))
	endSubmit(errors.New("Canary Person's pack was refused"))
	endRequest(nil, obs.Status(409))
	_, endBlock := obs.Span(t.Context(), "block", obs.Height(5), obs.Count("envelopes", 3))
	endBlock(nil)
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"resource": {`service.name=string_value:"pedigree"`, `service.version=string_value:"1.2.3"`},
		"request":  {`http.request.method=string_value:"GET"`, `http.response.status_code=int_value:409`, `http.route=string_value:"/api/v1/entries/{id}"`, `pedigree.operation=string_value:"get-entry"`, "status=STATUS_CODE_UNSET"},
		"submit":   {"pedigree.bytes=int_value:7", "status=STATUS_CODE_ERROR"},
		"block":    {"pedigree.envelopes=int_value:3", "pedigree.height=int_value:5", "status=STATUS_CODE_UNSET"},
	}
	if diff := cmp.Diff(want, c.spans()); diff != "" {
		t.Errorf("the collector was told other things:\n%s", diff)
	}
	if c.path != "/v1/traces" || strings.Contains(string(c.raw), "Canary") {
		t.Errorf("sent to %s: %q", c.path, c.raw)
	}
	_, after := obs.Span(t.Context(), "late")
	after(nil)
	if got := c.spans(); len(got) != len(want) {
		t.Errorf("a span after the end was sent: %v", got)
	}
}

func TestACollectorThatIsAwayHoldsNothingUp(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	stop, err := obs.SendTraces(t.Context(), gone.URL, "1.2.3", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 { // several times as many as may wait
		_, end := obs.Span(t.Context(), "block")
		end(nil)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_ = stop(ctx) // whether the last spans arrived is not what counts
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the end took %s", took)
	}
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, endpoint := range []string{"", "127.0.0.1:4317", "ftp://127.0.0.1", "http://", "http://%zz"} {
		if _, err := obs.SendTraces(t.Context(), endpoint, "1", slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("%q was taken", endpoint)
		}
	}
}
