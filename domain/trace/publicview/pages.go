package publicview

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/gs1"
	"pedigree/internal/auth"
)

// Paths of the pages, as patterns of a ServeMux.
const (
	Pattern         = "GET /01/"
	ResolverPattern = "GET /.well-known/gs1resolver"
)

// Config sets the pages up.
type Config struct {
	Name   string // of the organisation
	Drill  bool   // the network is for practice, and each page says so
	Origin string // where browsers reach the node, such as https://node.example
	// Own tells whether a GTIN stands under the organisation's company prefix on the ledger.
	Own func(gtin string) (bool, error)
	// Product is what the organisation knows of a product today, and whether it knows any.
	Product func(ctx context.Context, gtin string) (catalogview.Facts, bool, error)
	// Recalls are the lots of all products that are recalled.
	Recalls func(ctx context.Context) ([]traceview.RecalledLot, error)
	Now     func() time.Time
	Log     *slog.Logger
}

// Pages serves them. It is safe for concurrent use.
type Pages struct {
	config Config
	rates  *auth.Limiter

	mu      sync.Mutex
	recalls []traceview.RecalledLot
	read    time.Time
}

// New returns the pages.
func New(c Config) *Pages {
	return &Pages{config: c, rates: auth.NewLimiter(clientRate, c.Now)}
}

// page is what is shown. Nothing in it comes from a serial number.
type page struct {
	status  int
	words   *words
	lang    string
	Name    string // of the organisation
	GTIN    string
	Lot     string
	Product []row
	Title   string
	Recalls []traceview.RecalledLot // of the product, or of the lot
	More    int                     // recalled lots that aren't shown
	Problem string
	Remedy  string
	indexed bool
	canon   string // address of the product's page
	linkset bool
	Drill   bool
}

// row is a fact of a product.
type row struct{ Name, Value string }

// ServeHTTP answers for an address below /01/.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if wait, ok := p.rates.Take(client(r)); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		p.write(w, r, p.problem(r, http.StatusTooManyRequests, "often", "oftenNext"))
		return
	}
	p.write(w, r, p.page(r))
}

// client is who asks, as far as a rate goes.
func client(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := at.Addr().Unmap()
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(addressBits6)
	if err != nil {
		return addr.String()
	}
	return prefix.String()
}

func (p *Pages) problem(r *http.Request, status int, what, next string) page {
	lang := languageOf(r)
	t := texts[lang]
	return page{status: status, lang: lang, words: t, Name: p.config.Name, Drill: p.config.Drill, Title: t.say(what), Problem: t.say(what), Remedy: t.say(next)}
}

// page finds what is shown for a request.
func (p *Pages) page(r *http.Request) page {
	gtin, lot, finer, err := read(r.URL.EscapedPath())
	if err != nil {
		what := "unreadable"
		if err.Rule == gs1.RuleCheckDigit {
			what = "checkDigit"
		}
		return p.problem(r, http.StatusBadRequest, what, what+"Next")
	}
	link, known := linkTypeOf(r)
	if !known {
		return p.problem(r, http.StatusNotFound, "linkType", "linkTypeNext")
	}
	out, err2 := p.facts(r, gtin, lot)
	if err2 != nil {
		p.config.Log.Error("couldn't make a public page", "error", err2)
		return p.problem(r, http.StatusServiceUnavailable, "unavailable", "unavailableNext")
	}
	if out.status != http.StatusOK {
		return out
	}
	out.indexed, out.linkset = !finer && !out.Drill, link == linkLinkset || link == "" && wantsLinkset(r)
	out.canon = p.config.Origin + "/01/" + gtin
	return out
}

// read reads the address of a page: the product, its lot if it names one, and whether it
// is finer than the product. What it says of a single pack is thrown away here.
func read(path string) (gtin, lot string, finer bool, err *gs1.Error) {
	scan, parsed := gs1.ParseDigitalLink(path)
	if parsed != nil {
		if e, ok := parsed.(*gs1.Error); ok { //nolint:errorlint // the function returns no other
			return "", "", false, e
		}
	}
	number, ok := scan.GTIN()
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/01/"), "/")
	if whole, bad := gs1.ParseGTIN(first); !ok || scan.Elements[0].AI != "01" || bad != nil || whole != number {
		return "", "", false, &gs1.Error{Rule: gs1.RuleURI, Text: "the address names no product"}
	}
	lot, _ = scan.Lot()
	return string(number), lot, len(scan.Elements) > 1, nil
}

// facts are what is known of a product and of a lot of it.
func (p *Pages) facts(r *http.Request, gtin, lot string) (page, error) {
	nothing := p.problem(r, http.StatusNotFound, "unknown", "unknownNext")
	own, err := p.config.Own(gtin)
	if err != nil || !own {
		return nothing, err
	}
	facts, known, err := p.config.Product(r.Context(), gtin)
	if err != nil {
		return nothing, err
	}
	recalls, err := p.recalled(r.Context())
	if err != nil {
		return nothing, err
	}
	out := page{status: http.StatusOK, lang: nothing.lang, words: nothing.words, Name: p.config.Name, Drill: p.config.Drill, GTIN: gtin, Lot: lot}
	for _, one := range recalls {
		if one.GTIN == gtin && (lot == "" || one.Lot == "" || one.Lot == lot) {
			out.Recalls = append(out.Recalls, one)
		}
	}
	out.Product = published(facts, out.words)
	if !known && len(out.Recalls) == 0 || len(out.Product) == 0 && len(out.Recalls) == 0 {
		return nothing, nil
	}
	if len(out.Recalls) > lotsShownMax {
		out.More = len(out.Recalls) - lotsShownMax
		out.Recalls = out.Recalls[:lotsShownMax]
	}
	out.Title = gtin
	if len(out.Product) > 0 && out.Product[0].Name == out.words.say("name") {
		out.Title = out.Product[0].Value
	}
	return out, nil
}

// publishedFields are the fields that are shown, with their names among the words.
var publishedFields = []struct{ field, word string }{
	{catalogview.FieldName, "name"},
	{catalogview.FieldStrength, "strength"},
	{catalogview.FieldForm, "form"},
	{catalogview.FieldManufacturer, "manufacturer"},
	{catalogview.FieldOwner, "owner"},
	{catalogview.FieldNDC, "ndc"},
}

// public are the sources whose word is public, or the organisation's own.
var public = map[string]bool{catalogview.KindOwn: true, catalogview.KindOwner: true, catalogview.KindNDC: true, catalogview.KindGTIN: true}

// published are the facts that may be shown to everybody.
func published(f catalogview.Facts, t *words) (list []row) {
	for _, p := range publishedFields {
		i := slices.IndexFunc(f.Values, func(v catalogview.Value) bool { return v.Field == p.field })
		if i < 0 {
			continue
		}
		sources := append([]catalogview.Said{f.Values[i].Said}, f.Values[i].Others...)
		if k := slices.IndexFunc(sources, isPublic); k >= 0 {
			list = append(list, row{t.say(p.word), sources[k].Value})
		}
	}
	return list
}

func isPublic(s catalogview.Said) bool { return public[s.Source.Kind] && s.Value != "" }

// recalled are the lots that are recalled, read now and then: no page waits for more than
// one reading, and how long it takes says nothing of what is asked.
func (p *Pages) recalled(ctx context.Context) ([]traceview.RecalledLot, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.read.IsZero() && p.config.Now().Sub(p.read) < recallsFresh {
		return p.recalls, nil
	}
	list, err := p.config.Recalls(ctx)
	if err != nil {
		return nil, err
	}
	p.recalls, p.read = list, p.config.Now()
	return list, nil
}

// write sends a page, or the linkset in its place.
func (p *Pages) write(w http.ResponseWriter, r *http.Request, out page) {
	raw, kind, err := out.render(p.config.Origin)
	if err != nil {
		p.config.Log.Error("couldn't write a public page", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Vary", "Accept, Accept-Language")
	h.Set("Access-Control-Allow-Origin", "*") // other sites may read what everybody may read
	h.Set("Access-Control-Expose-Headers", "Link")
	if !out.indexed {
		h.Set("X-Robots-Tag", "noindex")
	}
	for _, link := range out.links(p.config.Origin) {
		h.Add("Link", link)
	}
	if out.status != http.StatusOK {
		send(w, r, out.status, raw)
		return
	}
	sum := sha256.Sum256(raw)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(pageAge/time.Second)))
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, http.StatusOK, raw)
}

func send(w http.ResponseWriter, r *http.Request, status int, raw []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(raw)
	}
}
