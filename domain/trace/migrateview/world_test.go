package migrateview

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// Every test runs on each kind of store.
func TestMain(m *testing.M) { os.Exit(pgtest.Twice(m)) }

// chain is the real rules over a map in one process, a block for each envelope.
type chain struct {
	mu    sync.Mutex
	chain *ledgertest.Chain
}

func newChain(t testing.TB) *chain {
	t.Helper()
	member := func(id, role, gln, prefix, extra string) string {
		return fmt.Sprintf(`{"id": %q, "name": "The %s", "roles": %q, "key": %q, "identifiers": [{"kind": "gln", "value": %q}], "prefixes": [%q],
			"licences": [{"role": %q, "place": "US", "number": "L-1", "from": "2026-01-01", "to": "2027-12-31"}]%s}`,
			id, id, role, ledgertest.Key(id), gln, prefix, role, extra)
	}
	founding := `{"members": [` + strings.Join([]string{
		member("maker", "manufacturer", "0399991000015", "0399991", fmt.Sprintf(`, "validator": %q`, ledgertest.Key("validator"))),
		member("pharmacy", "dispenser", ownGLN, "0614141", ""),
	}, ",") + `]}`
	c := &chain{chain: ledgertest.NewChain(t, org.Governor{}, map[string][]byte{"org": []byte(founding)}, org.Module(), trace.Module())}
	c.chain.SkipInvariants = true
	c.chain.Block() // members act from height 1 on
	return c
}

// ChainID implements traceview.Chain.
func (c *chain) ChainID() string { return ledgertest.ChainID }

// Status implements traceview.Chain.
func (c *chain) Status() (uint64, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chain.Height, c.chain.Time
}

// Read implements traceview.Chain.
func (c *chain) Read(fn func(ledger.State) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fn(c.chain.View())
}

// Submit implements traceview.Chain.
func (c *chain) Submit(_ context.Context, raw []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.chain.Block(raw)
	return nil
}

// Try implements traceview.Chain.
func (c *chain) Try(raws [][]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.chain.Try(raws...)
}

// Wait implements traceview.Chain.
func (c *chain) Wait(_ context.Context, id proof.Hash) (traceview.Committed, error) {
	done, _, err := c.Lookup(id)
	return done, err
}

// Lookup implements traceview.Chain.
func (c *chain) Lookup(id proof.Hash) (traceview.Committed, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.chain.State.Marks[id]
	return traceview.Committed{ID: id, Height: uint64(m.Height), Index: m.Index, Code: m.Code}, ok, nil
}

// Prove implements traceview.Chain.
func (c *chain) Prove(context.Context, ...[]byte) (traceview.Proved, error) {
	return traceview.Proved{}, errors.New("nothing is proved here")
}

// signer signs as an organisation with its test key.
type signer string

func (s signer) Org() string   { return string(s) }
func (s signer) KeyID() uint64 { return 1 }
func (s signer) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(ledgertest.PrivateKey(string(s)), h), nil
}

// sellers is an address book: who may sell, by GLN, and who was asked.
type sellers struct {
	words map[string]string
	asked []string
}

// Check implements traceview.Sellers.
func (s *sellers) Check(_ *sql.Tx, seller traceview.Seller, _ string) (traceview.Authority, error) {
	s.asked = append(s.asked, seller.GLN+" "+seller.At.Format(time.DateOnly))
	word := s.words[seller.GLN]
	if word == "" {
		word = traceview.SellerUnknown
	}
	return traceview.Authority{Word: word, Evidence: 7}, nil
}

// Of the parties: the pharmacy, and the maker, which sends data too.
const (
	ownGLN   = "0614141000012"
	makerGLN = "0399991000015"
)

// world is a pharmacy with an archive, over one chain with a maker.
type world struct {
	t       testing.TB
	chain   *chain
	maker   *traceview.Desk
	desk    *traceview.Desk
	papers  *tiview.Documents
	vault   *vault.Vault
	sellers *sellers
	m       *Migrations
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, chain: newChain(t), sellers: &sellers{words: map[string]string{makerGLN: traceview.SellerAuthorised}}}
	w.maker = traceview.New(traceview.Config{
		Chain: w.chain, Sign: signer("maker"), Vault: w.open("maker", traceview.Schemas...), Keys: traceview.NewKeyring(ledgertest.HashOf("maker")), Patience: -1, Now: w.now,
	})
	w.vault = w.open("pharmacy", append(slices.Clone(traceview.Schemas), tiview.Schema, Schema)...)
	w.desk = traceview.New(traceview.Config{
		Chain: w.chain, Sign: signer("pharmacy"), Vault: w.vault, Keys: traceview.NewKeyring(ledgertest.HashOf("pharmacy")), Patience: -1, Now: w.now,
		Sellers: w.sellers, Documents: lazily{w},
	})
	w.papers = tiview.New(tiview.Config{Vault: w.vault, Goods: w.desk, Now: w.now, Log: slog.New(slog.DiscardHandler), GLNs: func(context.Context) ([]string, error) { return []string{ownGLN}, nil }})
	w.start()
	w.notices("00361414123458,OTHER,R-1,II,,")
	return w
}

// start begins the program anew over its store, as after an interruption.
func (w *world) start() {
	m := New(Config{Vault: w.vault, Goods: w.desk, Archive: w.papers, Unpack: zips, Now: w.now, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil))})
	w.t.Cleanup(m.Stop)
	w.m = m
}

func (w *world) now() time.Time { _, at := w.chain.Status(); return time.Unix(int64(at), 0).UTC() }

func (w *world) open(name string, schemas ...vault.Schema) *vault.Vault {
	w.t.Helper()
	v, err := vault.Open(w.t.Context(), pgtest.In(w.t, vault.Config{
		Dir: filepath.Join(w.t.TempDir(), name), Key: ledgertest.HashOf("vault " + name), Schemas: schemas, Logger: slog.New(slog.NewTextHandler(w.t.Output(), nil)),
	}))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		if err := v.Close(); err != nil {
			w.t.Error(err)
		}
	})
	return v
}

// lazily are the documents of a world that is being made.
type lazily struct{ w *world }

// Faulty implements traceview.Documents.
func (l lazily) Faulty(tx *sql.Tx, n int64) (string, error) { return l.w.papers.Faulty(tx, n) }

// Content implements traceview.Documents.
func (l lazily) Content(ctx context.Context, n int64) (io.ReadCloser, string, error) {
	return l.w.papers.Content(ctx, n)
}

// notices loads a list of recall notices of today.
func (w *world) notices(row string) {
	w.t.Helper()
	list := strings.NewReader("gtin,lot,reference,class,from,to\n" + row + "\n")
	if _, err := w.desk.LoadNotices(w.t.Context(), list, "Sample list", w.now().Truncate(24*time.Hour)); err != nil {
		w.t.Fatal(err)
	}
}

// shipment is a shipment of so many packs in one case, beginning with a serial number.
func shipment(first, packs int) epcistest.Shipment {
	s := epcistest.Defaults()
	s.Pallets, s.CasesPerPallet, s.PacksPerCase, s.FirstSerial = 1, 1, packs, first
	s.Delivery = fmt.Sprintf("D-%d", first)
	return s
}

// archived has the archive take a document of a shipment, by a way.
func (w *world) archived(s epcistest.Shipment, means string, change ...string) tiview.Entry {
	w.t.Helper()
	var doc bytes.Buffer
	if err := s.WriteXML(&doc); err != nil {
		w.t.Fatal(err)
	}
	text := strings.NewReplacer(change...).Replace(doc.String())
	e, err := w.papers.Take(w.t.Context(), tiview.Arrival{Name: "asn.xml", Means: means, Archive: means == tiview.WayArchive, Reader: strings.NewReader(text)})
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// received has the maker make a shipment and ship its pallet on the ledger, and the
// pharmacy receive it.
func (w *world) received(s epcistest.Shipment) {
	w.t.Helper()
	ctx := w.t.Context()
	header, err := s.Header()
	if err != nil {
		w.t.Fatal(err)
	}
	var doc bytes.Buffer
	out, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	for e := range s.Events() {
		if e.BizStep != "shipping" {
			err = errors.Join(err, out.Write(e))
		}
	}
	if err := errors.Join(err, out.Close()); err != nil {
		w.t.Fatal(err)
	}
	r, err := w.maker.Capture(ctx, traceview.CaptureRequest{Name: "made.xml", MediaType: "application/xml", Reader: &doc})
	if err != nil || r.Stage != traceview.CaptureDone {
		w.t.Fatalf("%+v, %v", r, err)
	}
	keys, err := w.desk.IssuePrekeys(ctx, "maker", 1)
	if err == nil {
		_, err = w.maker.ImportPrekeys(ctx, keys)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	_, file, err := w.maker.Ship(ctx, traceview.ShipRequest{Items: []string{s.Pallet(0)}, To: "pharmacy", PO: "urn:epcglobal:cbv:bt:0614141000012:PO-1"})
	if err == nil {
		_, err = w.desk.Receive(ctx, traceview.ReceiveRequest{File: bytes.NewReader(file)})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// give gives a list and waits until it is done.
func (w *world) give(r Request, list string) Run {
	w.t.Helper()
	r.Name, r.Reader = "stock.csv", strings.NewReader(list)
	run, err := w.m.Stock(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.ended(run.Number, "done")
}

// ended waits until a run is in a state.
func (w *world) ended(n int64, state string) Run {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		run, err := w.m.Get(w.t.Context(), n)
		if err != nil {
			w.t.Fatal(err)
		}
		if run.State == state {
			return run
		}
		if run.State == "failed" {
			w.t.Fatalf("run %d failed: %s", n, run.Error)
		}
	}
	w.t.Fatalf("run %d doesn't come to be %s", n, state)
	return Run{}
}

// work are the lines to work on, as "line work rule".
func (w *world) work(n int64) []string {
	w.t.Helper()
	list := []string{}
	for cursor := ""; ; {
		page, err := w.m.Lines(w.t.Context(), n, cursor, 2)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, l := range page.Lines {
			list = append(list, fmt.Sprintf("%d %s %s", l.Line, l.Work, l.Rule))
			if l.Text == "" || l.Next == "" {
				w.t.Errorf("nothing is said of %+v", l)
			}
		}
		if cursor = page.Next; cursor == "" {
			return list
		}
	}
}

// judge is the answer about a pack.
func (w *world) judge(path string) verdict.Answer {
	w.t.Helper()
	list, err := w.desk.Judge(w.t.Context(), []string{path})
	if err != nil {
		w.t.Fatal(err)
	}
	return list[0]
}

func pathOf(t testing.TB, id string) string {
	t.Helper()
	p, err := gs1.CanonicalPath(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// listed are lines of a list about packs of a shipment, with its lot and expiry date.
func listed(t testing.TB, s epcistest.Shipment, packs ...int) string {
	t.Helper()
	out := ""
	for _, n := range packs {
		out += fmt.Sprintf("%s,%s,%s\n", pathOf(t, s.Pack(n)), s.Lot, s.Expiry)
	}
	return out
}
