package publicview

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/traceview"
)

const (
	own    = "00399991123455" // in the catalogue
	silent = "00399991000008" // own, with nothing known of it
	others = "00361414123458"
	origin = "https://node.example"
)

// world is what the pages are made from.
type world struct {
	now     time.Time
	asked   int // readings of the recalls
	recalls []traceview.RecalledLot
	fails   error
	drill   bool
}

func said(field, value, kind string) catalogview.Value {
	return catalogview.Value{Field: field, Said: catalogview.Said{Value: value, Source: catalogview.Source{Kind: kind}}}
}

func (w *world) product(_ context.Context, gtin string) (catalogview.Facts, bool, error) {
	var f catalogview.Facts
	if gtin != own && gtin != others {
		return f, false, w.fails
	}
	name := said(catalogview.FieldName, "Sample tablets <b>", catalogview.KindOwn)
	owner := said(catalogview.FieldOwner, "A partner's word", catalogview.KindPartner)
	owner.Others = []catalogview.Said{{Value: "The directory's word", Source: catalogview.Source{Kind: catalogview.KindNDC}}}
	f.Values = []catalogview.Value{
		said(catalogview.FieldNDC, "99991-123-45", catalogview.KindGTIN), name, said(catalogview.FieldStrength, "500 mg", catalogview.KindNDC),
		said(catalogview.FieldForm, "a partner's form", catalogview.KindPartner), owner,
	}
	return f, true, w.fails
}

func (w *world) serve(t *testing.T) string {
	t.Helper()
	w.now = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	p := New(Config{
		Name: "Maker (test)", Origin: origin, Drill: w.drill,
		Own:     func(gtin string) (bool, error) { return strings.HasPrefix(gtin, "00399991"), nil },
		Product: w.product,
		Recalls: func(context.Context) ([]traceview.RecalledLot, error) { w.asked++; return w.recalls, nil },
		Now:     func() time.Time { return w.now },
		Log:     slog.New(slog.DiscardHandler),
	})
	mux := http.NewServeMux()
	mux.Handle(Pattern, p)
	mux.HandleFunc(ResolverPattern, p.Resolver)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func get(t *testing.T, address string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
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

func TestAPageSaysWhatIsPublicOfAProduct(t *testing.T) {
	w := &world{}
	res, page := get(t, w.serve(t)+"/01/"+own)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("answered with %d %v", res.StatusCode, res.Header)
	}
	for _, text := range []string{"Sample tablets &lt;b&gt;", "500 mg", "99991-123-45", "The directory&#39;s word", own, "Maker (test)", "No recall of this product is known here", `<html lang="en">`, `<link rel="canonical" href="` + origin + "/01/" + own + `">`} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	for _, text := range []string{"A partner", "a partner", "<script", "<b>", "noindex"} {
		if strings.Contains(page, text) {
			t.Errorf("the page has %q", text)
		}
	}
	want := map[string]string{"Cache-Control": "public, max-age=300", "Vary": "Accept, Accept-Language", "Access-Control-Allow-Origin": "*", "Content-Security-Policy": pagePolicy, "X-Robots-Tag": "", "Set-Cookie": ""}
	for name, value := range want {
		if res.Header.Get(name) != value {
			t.Errorf("%s is %q, want %q", name, res.Header.Get(name), value)
		}
	}
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	if !strings.Contains(pagePolicy, hashOf(style)) {
		t.Error("the policy lets another style in than the page's")
	}
	again, body := get(t, w.serve(t)+"/01/"+own, "If-None-Match", res.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("what was not changed is answered with %d", again.StatusCode)
	}
}

func TestInADrillEveryPageSaysSo(t *testing.T) {
	at := (&world{drill: true}).serve(t)
	for language, want := range map[string]string{"en": "This is a drill.", "es": "Esto es un simulacro."} {
		for _, path := range []string{own, own + "/21/1", "00361414123458", "x"} {
			if res, page := get(t, at+"/01/"+path, "Accept-Language", language); !strings.Contains(page, want) || res.Header.Get("X-Robots-Tag") != "noindex" {
				t.Errorf("%s in %s does not say %q, or may be listed: %v", path, language, want, res.Header)
			}
		}
	}
	if _, links := get(t, at+"/01/"+own+"?linkType=linkset"); !strings.Contains(links, "This is a drill.") {
		t.Errorf("the links don't say it: %s", links)
	}
	if _, page := get(t, (&world{}).serve(t)+"/01/"+own); strings.Contains(page, "drill.") {
		t.Error("a page of a real network speaks of a drill")
	}
}

// TestASerialNumberChangesNothing holds an answer for one serial number against those for
// others: everything that a client sees of them.
func TestASerialNumberChangesNothing(t *testing.T) {
	w := &world{recalls: []traceview.RecalledLot{{GTIN: own, Lot: "LOT-7A", Class: 2, Reference: "R-1"}}}
	url := w.serve(t)
	for name, c := range map[string]struct {
		path   string
		header []string
	}{
		"a page":               {"/01/" + own + "/21/", nil},
		"a page with its lot":  {"/01/" + own + "/10/LOT-7A/21/", nil},
		"in Spanish":           {"/01/" + own + "/21/", []string{"Accept-Language", "es"}},
		"the linkset":          {"/01/" + own + "/21/", []string{"Accept", linksetType}},
		"an unknown product":   {"/01/" + silent + "/21/", nil},
		"another's product":    {"/01/" + others + "/21/", nil},
		"a wrong check digit":  {"/01/00399991123450/21/", nil},
		"with its expiry date": {"/01/" + own + "/21/", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var first *http.Response
			var said string
			for i, serial := range []string{"100000000001", "X", "never-made-0000000x", "%22%3Cb%3E", "100000000001?17=280630", "1?17=999999&99=a"} {
				res, body := get(t, url+c.path+serial, c.header...)
				res.Header.Del("Date")
				if i == 0 {
					first, said = res, body
					continue
				}
				if res.StatusCode != first.StatusCode || body != said || !maps.EqualFunc(res.Header, first.Header, slices.Equal[[]string]) {
					t.Errorf("%s is answered otherwise: %d %s", serial, res.StatusCode, cmp.Diff(said, body)+cmp.Diff(first.Header, res.Header))
				}
			}
			if first.Header.Get("X-Robots-Tag") != "noindex" || strings.Contains(said, "100000000001") {
				t.Errorf("it is listed or names the number: %v", first.Header)
			}
		})
	}
}

func TestRecalledLotsAreNamed(t *testing.T) {
	w := &world{recalls: []traceview.RecalledLot{
		{GTIN: own, Lot: "LOT-7A", Class: 1, Reference: "R-1"}, {GTIN: own, Lot: "LOT-8", Reference: ""}, {GTIN: others, Lot: "LOT-9"}, {GTIN: silent, Class: 3, Reference: "R-2"},
	}}
	url := w.serve(t)
	for path, c := range map[string]struct{ has, lacks []string }{
		own:                 {[]string{"Lots of this product are recalled", "LOT-7A", "LOT-8", "R-1", "I: can do serious harm"}, []string{"LOT-9", "R-2"}},
		own + "/10/LOT-7A":  {[]string{"This lot is recalled", "R-1"}, []string{"LOT-8"}},
		own + "/10/LOT-77":  {[]string{"No recall of this lot is known here", "LOT-77"}, []string{"LOT-7A"}},
		own + "/10/%3Cb%3E": {[]string{"No recall of this lot is known here", "&lt;b&gt;"}, []string{"<b>"}},
		silent:              {[]string{"Lots of this product are recalled", "Every lot", "R-2"}, []string{"LOT-7A"}},
	} {
		_, page := get(t, url+"/01/"+path)
		for _, text := range c.has {
			if !strings.Contains(page, text) {
				t.Errorf("%s lacks %q: %s", path, text, page)
			}
		}
		for _, text := range c.lacks {
			if strings.Contains(page, text) {
				t.Errorf("%s has %q", path, text)
			}
		}
	}
	if w.asked != 1 {
		t.Errorf("the recalls were read %d times", w.asked)
	}
	w.now = w.now.Add(recallsFresh)
	w.recalls = nil
	if _, page := get(t, url+"/01/"+own); !strings.Contains(page, "No recall of this product") || w.asked != 2 {
		t.Error("a recall that is over is still told")
	}
}

func TestWhatNamesNoProductIsToldPlainly(t *testing.T) {
	w := &world{}
	url := w.serve(t)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/01/00399991123450":                {http.StatusBadRequest, "its last digit does not fit"},
		"/01/" + silent:                     {http.StatusNotFound, "Nothing is published here"},
		"/01/" + others:                     {http.StatusNotFound, "Nothing is published here"},
		"/01/":                              {http.StatusBadRequest, "names no product"},
		"/01/hello":                         {http.StatusBadRequest, "names no product"},
		"/01/" + own + "/99/own":            {http.StatusBadRequest, "names no product"},
		"/01/" + own + "/414/0399991000015": {http.StatusBadRequest, "names no product"},
		"/01/x/01/" + own:                   {http.StatusBadRequest, "names no product"},
		"/01/" + own + "/10/" + strings.Repeat("a", 21): {http.StatusBadRequest, "names no product"},
		"/01/" + strings.Repeat("9", 10_000):            {http.StatusBadRequest, "names no product"},
		"/01/%3Cscript%3Ealert(1)%3C/script%3E":         {http.StatusBadRequest, "names no product"},
		"/01/" + own + "?linkType=gs1:sour":             {http.StatusNotFound, "no link of this type"},
	} {
		res, page := get(t, url+path)
		if res.StatusCode != want.status || !strings.Contains(page, want.says) || strings.Contains(page, "alert(1)") {
			t.Errorf("%.60s is answered with %d: %s", path, res.StatusCode, page)
		}
		if res.Header.Get("X-Robots-Tag") != "noindex" || res.Header.Get("Content-Security-Policy") != pagePolicy {
			t.Errorf("%.60s has the headers %v", path, res.Header)
		}
	}
}

func TestALinksetNamesTheLinksOfAProduct(t *testing.T) {
	w := &world{}
	url := w.serve(t)
	var first string
	for _, c := range [][]string{{"?linkType=linkset"}, {"?linkType=all"}, {"", "Accept", linksetType}, {"", "Accept", "text/html;q=0.5, application/json"}} {
		res, body := get(t, url+"/01/"+own+c[0], c[1:]...)
		if res.Header.Get("Content-Type") != linksetType || !strings.Contains(res.Header.Get("Link"), "json-ld#context") {
			t.Fatalf("%v is answered with %v: %s", c, res.Header, body)
		}
		if first == "" {
			first = body
		} else if body != first {
			t.Errorf("%v differs: %s", c, cmp.Diff(first, body))
		}
	}
	var set struct {
		Linkset []map[string]json.RawMessage `json:"linkset"`
	}
	if err := json.Unmarshal([]byte(first), &set); err != nil || len(set.Linkset) != 1 {
		t.Fatal(err, first)
	}
	names := slices.Sorted(maps.Keys(set.Linkset[0]))
	if diff := cmp.Diff([]string{"anchor", "description", voc + "defaultLink", voc + "pip", voc + "recallStatus"}, names); diff != "" {
		t.Error(diff)
	}
	if string(set.Linkset[0]["anchor"]) != `"`+origin+"/01/"+own+`"` {
		t.Errorf("the anchor is %s", set.Linkset[0]["anchor"])
	}
	for _, link := range []string{"gs1:pip", "gs1:recallStatus", "gs1:defaultLink", voc + "pip"} {
		res, _ := get(t, url+"/01/"+own+"?linkType="+link, "Accept", "*/*")
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || !strings.Contains(strings.Join(res.Header.Values("Link"), ", "), `rel="linkset"`) {
			t.Errorf("%s is answered with %d %v", link, res.StatusCode, res.Header)
		}
	}
	_, about := get(t, url+"/.well-known/gs1resolver")
	var resolver struct {
		Root string   `json:"resolverRoot"`
		Keys []string `json:"supportedPrimaryKeys"`
	}
	if err := json.Unmarshal([]byte(about), &resolver); err != nil || resolver.Root != origin || !slices.Equal(resolver.Keys, []string{"01"}) {
		t.Errorf("the resolver says %s", about)
	}
}

func TestThePageSpeaksTheLanguageThatIsLikedBest(t *testing.T) {
	w := &world{}
	url := w.serve(t)
	for header, want := range map[string]string{"": "en", "es": "es", "es-MX,en;q=0.8": "es", "de, en;q=0.2, es;q=0.1": "en", "fr": "en", "es;q=x, en;q=0.1": "en", strings.Repeat("de,", 1000) + "es": "en"} {
		if _, page := get(t, url+"/01/"+own, "Accept-Language", header); !strings.Contains(page, `<html lang="`+want+`">`) {
			t.Errorf("%.40q is answered in another language than %s", header, want)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(*texts["en"])), slices.Sorted(maps.Keys(*texts["es"]))); diff != "" {
		t.Errorf("the languages have other sentences: %s", diff)
	}
}

func TestOneClientAsksSoOftenAndNoMore(t *testing.T) {
	w := &world{}
	url := w.serve(t)
	for i := range clientRate.Burst {
		if res, _ := get(t, url+"/01/"+own); res.StatusCode != http.StatusOK {
			t.Fatalf("request %d is answered with %d", i+1, res.StatusCode)
		}
	}
	res, page := get(t, url+"/01/"+own)
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" || !strings.Contains(page, "You ask too often") {
		t.Errorf("one more is answered with %d %v", res.StatusCode, res.Header)
	}
	w.now = w.now.Add(clientRate.Every)
	if res, _ := get(t, url+"/01/"+own); res.StatusCode != http.StatusOK {
		t.Errorf("later it is answered with %d", res.StatusCode)
	}
	for address, want := range map[string]string{"192.0.2.7:1": "192.0.2.7", "[2001:db8::1:2:3]:9": "2001:db8::/64", "[::ffff:192.0.2.7]:9": "192.0.2.7", "pipe": "pipe"} {
		if got := client(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}

func TestAStoreThatFailsIsNoAnswerAboutAProduct(t *testing.T) {
	w := &world{fails: errors.New("the disk is full")}
	res, page := get(t, w.serve(t)+"/01/"+own)
	if res.StatusCode != http.StatusServiceUnavailable || strings.Contains(page, "disk") || res.Header.Get("ETag") != "" {
		t.Errorf("answered with %d: %s", res.StatusCode, page)
	}
}
