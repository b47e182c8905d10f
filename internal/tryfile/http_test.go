package tryfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/epcis"
	"pedigree/internal/api"
	"pedigree/internal/turns"
)

const ownersToken = "the token of the maker's node"

// serve serves the routes until the test ends.
func serve(t *testing.T, dir string) *api.Server {
	t.Helper()
	return started(t, func(s *api.Server) { AddRoutes(s, Config{Turns: turns.New(), Dir: dir}) })
}

// started serves some routes until the test ends.
func started(t *testing.T, add func(*api.Server)) *api.Server {
	t.Helper()
	s, err := api.New(api.Config{Listen: "127.0.0.1:0", Token: ownersToken, Org: "maker"})
	if err != nil {
		t.Fatal(err)
	}
	add(s)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// send sends a body and returns the answer with its text.
func send(t *testing.T, s *api.Server, path, kind string, body io.Reader) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+Path+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+ownersToken)
	r.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(raw)
}

// tried sends a document and reads a successful answer.
func tried[T any](t *testing.T, s *api.Server, path string, document []byte) T {
	t.Helper()
	res, text := send(t, s, path, "application/octet-stream", bytes.NewReader(document))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered with %d: %s", path, res.StatusCode, text)
	}
	var out T
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s: %v: %s", path, err, text)
	}
	return out
}

func document(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "guide", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// nothingLeft holds that the folder in which documents are held is empty.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

func TestACheckOverHTTPFindsWhatTheCheckInTheProgramFinds(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	sent := document(t, "sent.xml")
	broken := bytes.Replace(sent, []byte("<action>"), []byte("<action>X"), 1)
	for name, raw := range map[string][]byte{"as it was sent": sent, "with a wrong action": broken, "cut short": sent[:len(sent)/2], "no EPCIS at all": []byte("%PDF-1.7"), "empty": nil} {
		t.Run(name, func(t *testing.T) {
			got := tried[CheckedFile](t, s, "check?name=sent.xml&now=2026-06-01T00:00:00Z", raw)
			o := CheckOptions{Name: "sent.xml", Listed: FindingsListed}
			if err := o.Now.UnmarshalText([]byte("2026-06-01T00:00:00Z")); err != nil {
				t.Fatal(err)
			}
			want, err := Check(t.Context(), bytes.NewReader(raw), o)
			if err != nil {
				t.Fatal(err)
			}
			want.options = CheckOptions{}
			if diff := cmp.Diff(*want, got, cmp.AllowUnexported(CheckedFile{}, CheckOptions{})); diff != "" {
				t.Error(diff)
			}
			if name != "as it was sent" && (got.Errors == 0 || got.Findings[0].Rule == "" || got.Findings[0].Remedy == "") {
				t.Errorf("nothing is said of it: %+v", got)
			}
			if name == "with a wrong action" && got.Findings[0].Where.Line == 0 {
				t.Errorf("no line is named: %+v", got.Findings[0])
			}
		})
	}
	nothingLeft(t, dir)
}

func TestOfManyFindingsAsManyAreListedAsWereAskedFor(t *testing.T) {
	s := serve(t, t.TempDir())
	raw := bytes.ReplaceAll(document(t, "sent.xml"), []byte("<action>"), []byte("<action>X"))
	all := tried[CheckedFile](t, s, "check", raw)
	if all.Errors < 2 {
		t.Fatalf("the document has %d errors", all.Errors)
	}
	one := tried[CheckedFile](t, s, "check?max=1", raw)
	faults := 0
	for _, f := range one.Findings {
		if f.Severity == epcis.Fault {
			faults++
		}
	}
	if faults != 1 || one.Errors != all.Errors || one.Unlisted == 0 {
		t.Errorf("%d are listed of %d, %d are not", faults, one.Errors, one.Unlisted)
	}
	if res, text := send(t, s, "check?max=10001", "", strings.NewReader("<a/>")); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("one more than may be listed is answered with %d: %s", res.StatusCode, text)
	}
}

func TestTheHashesOfADocumentAreListedPageByPage(t *testing.T) {
	s := serve(t, t.TempDir())
	raw := document(t, "sent.xml")
	all := tried[HashedFile](t, s, "hash?name=sent.xml&prehash=true", raw)
	if !all.Complete || all.Events < 2 || len(all.Hashes) != all.Events || all.Next != 0 {
		t.Fatalf("all at once: %+v", all)
	}
	var paged []HashedEvent
	for first := 1; first != 0; {
		page := tried[HashedFile](t, s, fmt.Sprintf("hash?name=sent.xml&prehash=true&max=1&first=%d", first), raw)
		if len(page.Hashes) != 1 || page.Events != all.Events {
			t.Fatalf("from event %d: %+v", first, page)
		}
		paged = append(paged, page.Hashes...)
		first = page.Next
	}
	if diff := cmp.Diff(all.Hashes, paged); diff != "" {
		t.Error(diff)
	}
	json := convertTo(t, s, "json", raw)
	for i, h := range tried[HashedFile](t, s, "hash", []byte(json)).Hashes {
		if h.HashID != all.Hashes[i].HashID || !strings.HasPrefix(h.HashID, "ni:///sha-256;") {
			t.Errorf("event %d has the hash %s in JSON, %s in XML", i+1, h.HashID, all.Hashes[i].HashID)
		}
	}
	if cut := tried[HashedFile](t, s, "hash", raw[:len(raw)-30]); cut.Complete || cut.Problem == "" {
		t.Errorf("a document that is cut short: %+v", cut)
	}
	if res, text := send(t, s, "hash?ignore=nothing", "", bytes.NewReader(raw)); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "NAMESPACE#NAME") {
		t.Errorf("a field without a namespace is answered with %d: %s", res.StatusCode, text)
	}
}

func convertTo(t *testing.T, s *api.Server, to string, raw []byte) string {
	t.Helper()
	res, text := send(t, s, "convert?name=a+lot%22.xml&to="+to, "", bytes.NewReader(raw))
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Length") != fmt.Sprint(len(text)) {
		t.Fatalf("converting to %s is answered with %d, length %s: %s", to, res.StatusCode, res.Header.Get("Content-Length"), text)
	}
	return text
}

func TestAConversionIsWhatTheProgramWritesAndNamesItsLosses(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	raw := document(t, "sent.xml")
	for _, to := range TargetNames {
		var want bytes.Buffer
		report := NewConvertedFile("a lot\".xml", FindingsListed, nil)
		if err := report.Run(&want, bytes.NewReader(raw), Into{Told: Told{Name: "a lot\".xml"}, To: to, IDs: "keep"}.options()); err != nil {
			t.Fatal(err)
		}
		if got := convertTo(t, s, to, raw); got != want.String() {
			t.Errorf("%s differs: %s", to, cmp.Diff(want.String(), got))
		}
		losses := tried[ConvertedFile](t, s, "losses?name=a+lot%22.xml&to="+to, raw)
		if diff := cmp.Diff(report.Listed, losses.Listed); diff != "" || losses.Losses != report.Losses || losses.Events != report.Events {
			t.Errorf("%s: %d losses of %d events, %s", to, losses.Losses, losses.Events, diff)
		}
	}
	res, _ := send(t, s, "convert?name=a+lot%22.xml&to=json", "", bytes.NewReader(raw))
	if got, want := res.Header.Get("Content-Disposition"), `attachment; filename="a_lot_.jsonld"`; got != want || res.Header.Get("Content-Type") != "application/ld+json" {
		t.Errorf("the file is called %s, %s", got, res.Header.Get("Content-Type"))
	}
	nothingLeft(t, dir)
}

func TestWhatCannotBeConvertedIsRefusedWithItsPlace(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	raw := document(t, "sent.xml")
	sensor := strings.Replace(convertTo(t, s, "json", raw), `"action"`, `"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 4, "uom": "CEL"}]}], "action"`, 1)
	for name, c := range map[string]struct{ query, body, code, says string }{
		"a document that is cut short":   {"convert?name=sent.xml", string(raw[:len(raw)/2]), "epcis/truncated", "sent.xml:"},
		"the losses of one":              {"losses?name=sent.xml", string(raw[:len(raw)/2]), "epcis/truncated", "sent.xml:"},
		"a picture":                      {"convert", "\x89PNG\r\n", "epcis/encoding", "isn't UTF-8"},
		"a loss where none is to be had": {"convert?to=xml1.2&refuse_loss=true", sensor, "loss/sensor-element", "sensor"},
	} {
		t.Run(name, func(t *testing.T) {
			res, text := send(t, s, c.query, "", strings.NewReader(c.body))
			var p api.Problem
			if err := json.Unmarshal([]byte(text), &p); err != nil || res.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("answered with %d, %v: %s", res.StatusCode, err, text)
			}
			if p.Code != c.code || p.Hint == "" || !strings.Contains(p.Detail, c.says) {
				t.Errorf("the problem is %+v", p)
			}
		})
	}
	nothingLeft(t, dir)
}

func TestCompanyPrefixesMakeLinksIntoURNs(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	links := convertTo(t, s, "json&ids=link", document(t, "sent.xml"))
	if strings.Contains(links, "urn:epc:id:sgtin:") || !strings.Contains(links, "https://id.gs1.org/01/") {
		t.Fatalf("these are no links: %s", links)
	}
	const list = `{"GCPPrefixFormatList": {"date": "2026-01-05", "entry": [{"prefix": "0399991", "gcpLength": 7}]}}`
	for name, c := range map[string]struct {
		query string
		parts []string
		known bool
	}{
		"nothing is known":          {"", []string{"document", "links.jsonld", links}, false},
		"GS1's list":                {"", []string{"prefixes", "list.json", list, "document", "links.jsonld", links}, true},
		"GS1's list, sent last":     {"", []string{"document", "links.jsonld", links, "prefixes", "list.json", list}, true},
		"a prefix":                  {"&prefix=0614141,0399991", nil, true},
		"a prefix of somebody else": {"&prefix=0614141", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			kind, content := "application/octet-stream", io.Reader(strings.NewReader(links))
			if c.parts != nil {
				kind, content = form(t, c.parts...)
			}
			res, text := send(t, s, "convert?to=xml1.2&ids=urn"+c.query, kind, content)
			if res.StatusCode != http.StatusOK || strings.Contains(text, "urn:epc:id:sgtin:0399991.") != c.known {
				t.Errorf("answered with %d: %s", res.StatusCode, text)
			}
		})
	}
	for name, c := range map[string]struct {
		query string
		parts []string
		says  string
	}{
		"no prefix":                  {"ids=urn&prefix=03x", nil, "6 to 12 digits"},
		"no list":                    {"ids=urn", []string{"document", "a", links, "prefixes", "b", "gtin,serial"}, "neither JSON nor XML"},
		"two lists":                  {"ids=urn", []string{"prefixes", "b", list, "prefixes", "b", list, "document", "a", links}, "its part prefixes"},
		"no document":                {"ids=urn", []string{"prefixes", "b", list}, "its part document"},
		"a list that nobody asks of": {"ids=link", []string{"document", "a", links, "prefixes", "b", list}, "ids=urn"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, content := "application/octet-stream", io.Reader(strings.NewReader(links))
			if c.parts != nil {
				kind, content = form(t, c.parts...)
			}
			if res, text := send(t, s, "losses?"+c.query, kind, content); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, c.says) {
				t.Errorf("answered with %d: %s", res.StatusCode, text)
			}
		})
	}
	nothingLeft(t, dir)
}

// form writes files as the parts of a form.
func form(t *testing.T, parts ...string) (kind string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(parts); i += 3 {
		p, err := w.CreateFormFile(parts[i], parts[i+1])
		if err == nil {
			_, err = io.WriteString(p, parts[i+2])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

func TestTwoFilesAreComparedEventByEvent(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	sent, received := string(document(t, "sent.xml")), string(document(t, "received.xml"))
	compare := func(a, b string) epcis.Comparison {
		kind, body := form(t, "b", "received.xml", b, "a", "sent.xml", a)
		res, text := send(t, s, "compare?max=10", kind, body)
		var c epcis.Comparison
		if err := json.Unmarshal([]byte(text), &c); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("answered with %d, %v: %s", res.StatusCode, err, text)
		}
		return c
	}
	if c := compare(sent, convertTo(t, s, "json", []byte(sent))); !c.Equal || c.Same == 0 {
		t.Errorf("a document and its other form: %+v", c)
	}
	c := compare(sent, received)
	if c.Equal || c.A.File != "sent.xml" || c.B.File != "received.xml" || len(c.Pairs)+len(c.OnlyA)+len(c.OnlyB)+len(c.Header) == 0 {
		t.Errorf("what was sent and what was received: %+v", c)
	}
	nothingLeft(t, dir)
}

func TestACompareWithoutTwoFilesSaysWhatToSend(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir)
	check := func(name, kind string, body io.Reader) {
		t.Run(name, func(t *testing.T) {
			res, text := send(t, s, "compare", kind, body)
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text, "parts a and b") {
				t.Errorf("answered with %d: %s", res.StatusCode, text)
			}
		})
	}
	check("no form", "application/xml", strings.NewReader("<a/>"))
	check("a form without its boundary", "multipart/form-data", strings.NewReader("<a/>"))
	check("a form that is none", "multipart/form-data; boundary=x", strings.NewReader("<a/>"))
	for name, parts := range map[string][]string{"one file": {"a", "a.xml", "<a/>"}, "one file twice": {"a", "a.xml", "<a/>", "a", "a.xml", "<a/>"}, "other names": {"a", "a.xml", "<a/>", "c", "c.xml", "<a/>"}} {
		kind, body := form(t, parts...)
		check(name, kind, body)
	}
	nothingLeft(t, dir)
}

func TestFewDocumentsAreWorkedOnAtOnceAndFewerOfOneOrganisation(t *testing.T) {
	var p places
	var leave []func()
	for _, org := range []string{"maker", "maker", "wholesaler", "pharmacy"} {
		l, err := p.take(org)
		if err != nil {
			t.Fatalf("%s: %v", org, err)
		}
		leave = append(leave, l)
	}
	if _, err := p.take("hospital"); err == nil {
		t.Error("a fifth has a place")
	}
	leave[3]()
	leave[3]() // twice is once
	if _, err := p.take("maker"); err == nil {
		t.Error("a third of one organisation has a place")
	}
	if _, err := p.take("hospital"); err != nil {
		t.Errorf("the place that was left is not taken: %v", err)
	}
}

func TestWhoFindsNoPlaceIsToldWhenToAskAgain(t *testing.T) {
	d := &desk{}
	s := started(t, d.addCheck)
	var leave func()
	for range placesOfOrg {
		var err error
		if leave, err = d.places.take("maker"); err != nil {
			t.Fatal(err)
		}
	}
	res, text := send(t, s, "check", "", strings.NewReader("<a/>"))
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "5" || !strings.Contains(text, "file/busy") {
		t.Errorf("it is told %d %v %s", res.StatusCode, res.Header, text)
	}
	leave()
	for range 2 * placesOfOrg { // each gives its place back
		if res, text := send(t, s, "check", "", strings.NewReader("<a/>")); res.StatusCode != http.StatusOK {
			t.Errorf("with a place it is answered %d %s", res.StatusCode, text)
		}
	}
}
