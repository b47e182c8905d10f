package courier_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"pedigree/format/dscsa"
	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/internal/sharedtest"
)

// repository is the capture interface of an EPCIS 2.0 repository. Its answers are those
// of the standard's OpenAPI description, unless a test sets another one.
type repository struct {
	mu       sync.Mutex
	t        *testing.T
	got      []string                                          // what was captured, by each request that was taken
	seen     []string                                          // headers of each request
	jobs     map[string]string                                 // what is said of each job
	job      string                                            // what is said of new ones
	location func(id string) string                            // what is said of where they are
	instead  func(w http.ResponseWriter, r *http.Request) bool // answers in place of the repository
	keys     map[string]string                                 // job of each idempotency key
	schema   *jsonschema.Schema
}

const (
	jobRuns   = `{"captureID":"1","createdAt":"2026-04-01T12:00:00Z","running":true,"success":true,"captureErrorBehaviour":"rollback","errors":[]}`
	jobDone   = `{"captureID":"1","createdAt":"2026-04-01T12:00:00Z","finishedAt":"2026-04-01T12:00:01Z","running":false,"success":true,"captureErrorBehaviour":"rollback","errors":[]}`
	jobBack   = `{"captureID":"1","createdAt":"2026-04-01T12:00:00Z","running":true,"success":false,"captureErrorBehaviour":"rollback","errors":[]}`
	jobFailed = `{"captureID":"1","createdAt":"2026-04-01T12:00:00Z","finishedAt":"2026-04-01T12:00:01Z","running":false,"success":false,"captureErrorBehaviour":"rollback","errors":[{"type":"epcisException:ValidationException","title":"EPCIS document is invalid","detail":"event 2: readPoint\nis unknown","status":400},{"type":"a:b","title":"2"},{"type":"a:b","title":"3"},{"type":"a:b","title":"4"}]}`
)

// newRepository is at work, and known by a credential. The route to it leads to
// address + "/epcis/capture".
func newRepository(t *testing.T) (*repository, string, courier.Credential) {
	t.Helper()
	s := &repository{t: t, jobs: map[string]string{}, keys: map[string]string{}, job: jobDone, location: func(id string) string { return "/epcis/capture/" + id }}
	address, c := partnerServer(t, s.serve)
	return s, strings.TrimSuffix(address, "/in") + "/epcis/capture", c
}

func (s *repository) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it was cut off
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.seen = append(s.seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", r.Header.Get("Content-Type"), " ", r.Header.Get("GS1-EPCIS-Version"), " ", r.Header.Get("GS1-Capture-Error-Behaviour"), " ", r.Header.Get("Authorization")))
	if s.instead != nil && s.instead(w, r) {
		return
	}
	id, isJob := strings.CutPrefix(r.URL.Path, "/epcis/capture/")
	switch {
	case r.Header.Get("Authorization") != "Bearer word":
		problem(w, 401, "epcisException:SecurityException", "Unauthorized request")
	case isJob && r.Method == http.MethodGet && s.jobs[id] != "":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, s.jobs[id])
	case isJob:
		problem(w, 404, "epcisException:NoSuchNameException", "Resource not found")
	case r.URL.Path != "/epcis/capture" || r.Method != http.MethodPost:
		problem(w, 404, "epcisException:NoSuchNameException", "Resource not found")
	case r.Header.Get("Content-Type") != "application/json" && r.Header.Get("Content-Type") != "application/xml":
		problem(w, 415, "epcisException:UnsupportedMediaTypeException", "Unsupported media type")
	case s.schema != nil && s.wrong(body) != nil:
		problem(w, 400, "epcisException:ValidationException", s.wrong(body).Error())
	default:
		s.take(w, r, string(body))
	}
}

func (s *repository) take(w http.ResponseWriter, r *http.Request, body string) {
	key := r.Header.Get("Idempotency-Key")
	id := s.keys[key]
	if id == "" {
		id = fmt.Sprintf("id%d", len(s.jobs)+1)
		s.keys[key], s.jobs[id] = id, s.job
		s.got = append(s.got, body)
	}
	w.Header().Set("GS1-EPCIS-Version", "2.0.0")
	w.Header().Set("Location", s.location(id))
	w.WriteHeader(http.StatusAccepted)
}

func (s *repository) wrong(body []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return s.schema.Validate(v)
}

func problem(w http.ResponseWriter, status int, kind, title string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": kind, "title": title, "status": status})
}

func (s *repository) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// asked are the requests of a method so far.
func (s *repository) asked(method string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.seen {
		if strings.HasPrefix(r, method+" ") {
			n++
		}
	}
	return n
}

func toRepository(address string) courier.Posting {
	return courier.Posting{Partner: "wholesaler", Way: courier.WayCapture, Address: address, Credential: "w", Format: string(dscsa.EPCIS2)}
}

func TestACaptureIsByTheStandard(t *testing.T) {
	s, address, c := newRepository(t)
	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(func(text string) (jsonschema.Regexp, error) {
		if strings.Contains(text, "(?!") { // two patterns look ahead, which Go's can't; they are not held
			text = ""
		}
		return regexp.Compile(text)
	})
	var err error
	if s.schema, err = compiler.Compile(sharedtest.Path(t, "epcis", "schemas", "EPCIS-JSON-Schema-2.0.1.json")); err != nil {
		t.Fatal(err)
	}
	api := sharedtest.Path(t, "epcis", "schemas", "rest", "openapi.json")
	said, err := compiler.Compile(api + "#/components/schemas/CaptureJob/allOf/0") // the rest of it is met by no job, the standard's own example among them
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range []string{jobRuns, jobDone, jobBack, jobFailed} { // this server speaks as the standard says
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(job))
		if err == nil {
			err = said.Validate(v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var doc bytes.Buffer
	shipped := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	err = dscsa.Write(&doc, dscsa.EPCIS2, &dscsa.Shipment{
		Instance: "1", Seller: dscsa.Party{GLN: "0614141000012", Name: "Seller (test)"}, Buyer: dscsa.Party{GLN: "0614141000029", Name: "Buyer (test)"}, Shipped: shipped, Sold: shipped,
		Tops: []string{"/00/006141410000000012"}, Packages: []dscsa.Package{{Path: "/00/006141410000000012", Kind: dscsa.KindPallet}}, Statement: dscsa.Affirmed(),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.set(func() { s.job = jobRuns })
	p := newPost(t, loopback, credentials(c))
	n, _, err := p.queueAs(toRepository(address), doc.String(), "application/ld+json")
	if err != nil {
		t.Fatal(err)
	}
	sent := p.until(n, in("sent"))
	if sent.Ref != address+"/id1" || sent.Format != "EPCIS2.0" || !strings.Contains(sent.Reason, "has not captured it yet") {
		t.Errorf("%+v", sent)
	}
	p.later(time.Hour)
	p.until(n, func(p courier.Parcel) bool { return strings.Contains(p.Reason, "is at it") })
	s.set(func() { s.jobs["id1"] = jobDone })
	p.later(time.Hour)
	if got := p.until(n, in("acknowledged")); got.Reason != "captured by the partner's repository" || got.Acked.IsZero() {
		t.Errorf("%+v", got)
	}
	if len(s.got) != 1 || s.got[0] != doc.String() {
		t.Errorf("it captured %d documents", len(s.got))
	}
	if want := "POST /epcis/capture application/json 2.0.0 rollback Bearer word"; s.seen[0] != want {
		t.Errorf("%q, want %q", s.seen[0], want)
	}
}

func TestWhatComesOfACapture(t *testing.T) {
	for _, test := range []struct {
		name, job, location string
		end                 func(courier.Parcel) bool
		says                string
	}{
		{"it is captured", jobDone, "/epcis/capture/{id}", in("acknowledged"), "captured by"},
		{"with the whole address", jobDone, "{route}/{id}", in("acknowledged"), "captured by"},
		{"with the id alone", jobDone, "capture/{id}", in("acknowledged"), "captured by"},
		{"with the address of another host", jobDone, "https://169.254.169.254/epcis/capture/{id}", in("acknowledged"), "captured by"},
		{"without encryption", jobDone, "http://inside.example/capture/{id}?key=word", in("acknowledged"), "captured by"},
		{"nothing is captured", jobFailed, "/epcis/capture/{id}", in("failed"), "captured nothing of it: ValidationException: EPCIS document is invalid: event 2: readPoint_is unknown; a:b: 2; a:b: 3; and 1 more"},
		{"it takes back what it captured", jobBack, "/epcis/capture/{id}", in("sent"), "takes back"},
		{"it says why elsewhere", `{"running":false,"success":false,"errorFile":"https://a.example/errors"}`, "/epcis/capture/{id}", in("failed"), "it says why in https://a.example/errors"},
		{"it doesn't say why", `{"running":false,"success":false}`, "/epcis/capture/{id}", in("failed"), "doesn't say why"},
		{"it doesn't say what", `{"captureID":"1"}`, "/epcis/capture/{id}", tried(1), "doesn't say what came of it"},
		{"it says nonsense", `<job/>`, "/epcis/capture/{id}", tried(1), "doesn't say what came of it"},
		{"it forgot", "", "/epcis/capture/elsewhere", tried(1), "knows nothing of the capture job any more"},
		{"it names no job", jobDone, "", in("sent"), "named no capture job"},
		{"it names what is none", jobDone, "https://[", in("sent"), "named no capture job"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, address, c := newRepository(t)
			s.job = test.job
			s.location = func(id string) string {
				return strings.NewReplacer("{id}", id, "{route}", address).Replace(test.location)
			}
			p := newPost(t, loopback, credentials(c))
			n, _, err := p.queue(toRepository(address), "<a/>")
			if err != nil {
				t.Fatal(err)
			}
			p.until(n, in("sent"))
			for range 2 { // it is asked again and again, and once only when it said
				p.later(time.Hour)
				p.until(n, func(p courier.Parcel) bool { return test.end(p) && strings.Contains(p.Reason, test.says) })
			}
			if s.asked("POST") != 1 {
				t.Errorf("it was sent %d times", s.asked("POST"))
			}
		})
	}
}

func TestWhatACaptureInterfaceAnswers(t *testing.T) {
	s, address, c := newRepository(t)
	p := newPost(t, loopback, credentials(c))
	for i, test := range []struct {
		name   string
		answer func(w http.ResponseWriter)
		is     func(courier.Parcel) bool
		why    string
	}{
		{"an invalid document", func(w http.ResponseWriter) {
			problem(w, 400, "epcisException:ValidationException", "EPCIS document is invalid")
		}, in("failed"), "refused it with 400: ValidationException: EPCIS document is invalid"},
		{"a document that is too large", func(w http.ResponseWriter) {
			w.Header().Set("GS1-EPCIS-Capture-Limit", "500")
			w.Header().Set("GS1-EPCIS-Capture-File-Size-Limit", "1024")
			problem(w, 413, "epcisException:CaptureLimitExceededException", "Capture Payload too large")
		}, in("failed"), "it takes 500 events and 1024 bytes at once"},
		{"another form", func(w http.ResponseWriter) {
			problem(w, 415, "epcisException:UnsupportedMediaTypeException", "Unsupported media type")
		}, in("failed"), "with 415"},
		{"another version", func(w http.ResponseWriter) {
			problem(w, 406, "epcisException:NotAcceptableException", "Not acceptable")
		}, in("failed"), "with 406"},
		{"what is there already", func(w http.ResponseWriter) {
			problem(w, 409, "epcisException:ResourceAlreadyExistsException", "Resource already exists")
		}, in("failed"), "with 409"},
		{"no capture", func(w http.ResponseWriter) {
			problem(w, 501, "epcisException:ImplementationException", "Not implemented")
		}, in("failed"), "with 501"},
		{"another address", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://169.254.169.254/")
			w.WriteHeader(308)
		}, in("failed"), "no redirect is followed"},
		{"a token that it doesn't know", func(w http.ResponseWriter) {
			problem(w, 401, "epcisException:SecurityException", "Unauthorized request")
		}, tried(1), "answered with 401: SecurityException: Unauthorized request"},
		{"its own trouble", func(w http.ResponseWriter) {
			problem(w, 500, "epcisException:ImplementationException", "A server-side error occurred")
		}, tried(1), "with 500"},
		{"too much at once", func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(429)
		}, tried(1), "with 429"},
		{"a problem that is none", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(503)
			_, _ = io.WriteString(w, "{")
		}, tried(1), "with 503: {"},
	} {
		s.set(func() {
			s.instead = func(w http.ResponseWriter, _ *http.Request) bool {
				test.answer(w)
				return true
			}
		})
		n, _, err := p.queue(toRepository(address), fmt.Sprint("<a n='", i, "'/>"))
		if err != nil {
			t.Fatal(err)
		}
		got := p.until(n, test.is)
		if !strings.Contains(got.Reason, test.why) {
			t.Errorf("%s: %q, want %q", test.name, got.Reason, test.why)
		}
		if wait := got.Next.Sub(p.clock()); strings.Contains(test.why, "429") && (wait < 2*time.Hour || wait > 3*time.Hour) {
			t.Errorf("%s: tried again in %s", test.name, wait)
		}
		if got.State == "queued" { // then nothing holds the next one up
			s.set(func() { s.instead = nil })
			p.later(12 * time.Hour)
			p.until(n, in("sent"))
		}
	}
}

func TestARepositoryThatIsLateOrNeverAnswers(t *testing.T) {
	s, address, c := newRepository(t)
	p := newPost(t, loopback, credentials(c))
	s.set(func() {
		s.job = jobRuns
		s.instead = func(w http.ResponseWriter, r *http.Request) bool { // it takes the document, and its answer is lost
			if r.Method == http.MethodPost && len(s.got) == 0 {
				s.keys[r.Header.Get("Idempotency-Key")], s.jobs["id1"] = "id1", s.job
				s.got = append(s.got, "once")
				panic(http.ErrAbortHandler)
			}
			return false
		}
	})
	n, _, err := p.queue(toRepository(address), "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	p.until(n, tried(1))
	p.later(time.Hour)
	if got := p.until(n, in("sent")); got.Ref != address+"/id1" || len(s.got) != 1 {
		t.Errorf("%+v, captured %d times", got, len(s.got))
	}
	p.later(15 * 24 * time.Hour)
	if got := p.until(n, in("failed")); !strings.Contains(got.Reason, "has been at it for 15 days") {
		t.Errorf("%q", got.Reason)
	}
	s.set(func() { s.jobs["id1"] = jobDone }) // a person asked; it is sent again, and was captured once
	if _, err := p.Retry(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	p.until(n, in("sent"))
	p.later(time.Hour)
	p.until(n, in("acknowledged"))
	if len(s.got) != 1 {
		t.Errorf("captured %d times", len(s.got))
	}
}

func TestNoCaptureGoesToAPrivateAddress(t *testing.T) {
	s, address, c := newRepository(t)
	p := newPost(t, exchange.Reach{}, credentials(c))
	n, _, err := p.queue(toRepository(address), "<a/>")
	if err != nil {
		t.Fatal(err)
	}
	if got := p.until(n, tried(1)); !strings.Contains(got.Reason, "not one that a partner can have") || len(s.seen) > 0 {
		t.Errorf("%q, asked %v", got.Reason, s.seen)
	}
	for _, to := range []string{"http://" + c.Host + "/capture", "https://other.example/capture"} {
		if _, _, err := p.queue(toRepository(to), "<a/>"); err == nil {
			t.Errorf("it goes to %s", to)
		}
	}
}
