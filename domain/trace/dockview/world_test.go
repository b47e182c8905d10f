package dockview_test

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
	"pedigree/domain/trace/dockview"
	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/format/gs1"
	"pedigree/internal/api"
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
	logs  map[proof.Hash]string
	away  bool
}

// unreached is how a node says that the network is away.
type unreached struct{ error }

// Kind is the sort of refusal.
func (unreached) Kind() ledger.Kind { return ledger.Unavailable }

func newChain(t testing.TB) *chain {
	t.Helper()
	member := func(id, role, gln, prefix, extra string) string {
		return fmt.Sprintf(`{"id": %q, "name": "The %s", "roles": %q, "key": %q, "identifiers": [{"kind": "gln", "value": %q}], "prefixes": [%q],
			"licences": [{"role": %q, "place": "US", "number": "L-1", "from": "2026-01-01", "to": "2027-12-31"}]%s}`,
			id, id, role, ledgertest.Key(id), gln, prefix, role, extra)
	}
	founding := `{"members": [` + strings.Join([]string{
		member("maker", "manufacturer", "0399991000015", "0399991", fmt.Sprintf(`, "validator": %q`, ledgertest.Key("validator"))),
		member("pharmacy", "dispenser", "0614141000012", "0614141", ""),
	}, ",") + `]}`
	c := &chain{logs: map[proof.Hash]string{}, chain: ledgertest.NewChain(t, org.Governor{}, map[string][]byte{"org": []byte(founding)}, org.Module(), trace.Module())}
	c.chain.SkipInvariants = true
	c.block() // members act from height 1 on
	return c
}

func (c *chain) block(txs ...[]byte) {
	for i, r := range c.chain.Block(txs...) {
		if r.Code == 0 {
			continue
		}
		if env, err := proof.DecodeEnvelope(txs[i]); err == nil {
			c.logs[env.ID()] = r.Log
		}
	}
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
	if c.away {
		return unreached{errors.New("no node is reached")}
	}
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		return err
	}
	if _, done := c.chain.State.Marks[env.ID()]; done {
		return nil
	}
	if err := c.chain.Runtime.Check(ledger.BlockInfo{Height: c.chain.Height, Time: c.chain.Time}, raw, c.chain.State, nil); err != nil {
		return err
	}
	c.block(raw)
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
	done, ok, err := c.Lookup(id)
	if err == nil && !ok {
		err = fmt.Errorf("entry %s was never submitted", id)
	}
	return done, err
}

// Lookup implements traceview.Chain.
func (c *chain) Lookup(id proof.Hash) (traceview.Committed, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.chain.State.Marks[id]
	return traceview.Committed{ID: id, Height: uint64(m.Height), Index: m.Index, Code: m.Code, Text: c.logs[id]}, ok, nil
}

// Prove implements traceview.Chain.
func (c *chain) Prove(context.Context, ...[]byte) (traceview.Proved, error) {
	return traceview.Proved{}, errors.New("nothing is proved here")
}

// testSigner signs as an organisation with its test key.
type testSigner string

func (s testSigner) Org() string   { return string(s) }
func (s testSigner) KeyID() uint64 { return 1 }
func (s testSigner) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(ledgertest.PrivateKey(string(s)), h), nil
}

// sellers is an address book that knows two sellers.
type sellers struct{ words map[string]string }

// Check implements traceview.Sellers.
func (s *sellers) Check(_ *sql.Tx, seller traceview.Seller, why string) (traceview.Authority, error) {
	name := seller.Org
	if name == "" {
		name = seller.GLN
	}
	word := s.words[name]
	if word == "" {
		word = traceview.SellerUnknown
	}
	return traceview.Authority{Word: word, Text: "asked for " + why, Evidence: 7}, nil
}

// casebook is the cases that were opened, by their keys.
type casebook struct {
	mu   sync.Mutex
	keys map[proof.Hash]string
	list []dockview.NewCase
	told []string // what cases were told, each with its number
	err  error    // that telling one ends with
}

// Settle implements dockview.Cases.
func (c *casebook) Settle(_ context.Context, number string, paths []string, found api.Said, by string) error {
	c.told = append(c.told, fmt.Sprintf("%s settled %s: %s, by %s", number, strings.Join(paths, " "), found.Text, by))
	return c.err
}

// Note implements dockview.Cases.
func (c *casebook) Note(_ context.Context, number string, found api.Said, by string) error {
	c.told = append(c.told, fmt.Sprintf("%s noted %s, by %s", number, found.Text, by))
	return c.err
}

// Open implements dockview.Cases.
func (c *casebook) Open(_ *sql.Tx, n dockview.NewCase) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number, again := c.keys[n.Key]; again {
		return number, nil
	}
	number := fmt.Sprintf("C-%d", len(c.keys)+1)
	c.keys[n.Key] = number
	c.list = append(c.list, n)
	return number, nil
}

// desk is a pharmacy's custody work with files that people carry.
type desk struct {
	*traceview.Desk
	files map[proof.Hash][]byte
	came  map[proof.Hash]time.Time
}

// Announced implements dockview.Goods.
func (d desk) Announced(ctx context.Context, _ int) ([]traceview.Announcement, error) {
	list := []traceview.Announcement{}
	for id, file := range d.files {
		one, err := d.AnnouncementOf(ctx, bytes.NewReader(file))
		if err != nil {
			return nil, err
		}
		one.Delivery, one.Verdict, one.Received = id, traceview.OK, d.came[id]
		list = append(list, one)
	}
	return list, nil
}

// Expected implements dockview.Goods.
func (d desk) Expected(ctx context.Context, id proof.Hash) (traceview.Expectation, error) {
	return d.ExpectedOf(ctx, bytes.NewReader(d.files[id]))
}

// ReceiveInbox implements dockview.Goods.
func (d desk) ReceiveInbox(ctx context.Context, id proof.Hash, r traceview.ReceiveRequest) (traceview.ReceiveReport, error) {
	r.File = bytes.NewReader(d.files[id])
	return d.Receive(ctx, r)
}

// world is a maker and a pharmacy over one chain, and the pharmacy's dock.
type world struct {
	t       testing.TB
	chain   *chain
	maker   *traceview.Desk
	desk    desk
	papers  *tiview.Documents
	vault   *vault.Vault
	sellers *sellers
	cases   *casebook
	docks   *dockview.Docks
	s       epcistest.Shipment
	seq     int64
	glns    []string // the pharmacy's own; none: all documents are its
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, chain: newChain(t), sellers: &sellers{map[string]string{"maker": traceview.SellerAuthorised, "0399991000015": traceview.SellerAuthorised}}, cases: &casebook{keys: map[proof.Hash]string{}}}
	w.s = epcistest.Defaults()
	w.s.Pallets, w.s.CasesPerPallet, w.s.PacksPerCase = 2, 2, 3
	w.maker = traceview.New(traceview.Config{
		Chain: w.chain, Sign: testSigner("maker"), Vault: w.open("maker", traceview.Schemas...),
		Keys: traceview.NewKeyring(ledgertest.HashOf("maker")), Patience: -1, Now: w.now,
	})
	w.vault = w.open("pharmacy", append(slices.Clone(traceview.Schemas), tiview.Schema, dockview.Schema)...)
	w.desk.files, w.desk.came = map[proof.Hash][]byte{}, map[proof.Hash]time.Time{}
	w.start()
	return w
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

// start begins the pharmacy's programs anew over its store, as after an interruption.
func (w *world) start() {
	w.desk.Desk = traceview.New(traceview.Config{
		Chain: w.chain, Sign: testSigner("pharmacy"), Vault: w.vault, Keys: traceview.NewKeyring(ledgertest.HashOf("pharmacy")), Patience: -1, Now: w.now,
		Sellers: w.sellers, Documents: lazily{w},
	})
	w.papers = tiview.New(tiview.Config{Vault: w.vault, Goods: w.desk, Received: receivers{w}, GLNs: func(context.Context) ([]string, error) { return w.glns, nil }, Now: w.now, Log: slog.New(slog.DiscardHandler)})
	w.docks = dockview.New(dockview.Config{Vault: w.vault, Goods: w.desk, Documents: w.papers, Cases: w.cases, Now: w.now})
}

// lazily are the documents of a world that is being made.
type lazily struct{ w *world }

// Faulty implements traceview.Documents.
func (l lazily) Faulty(tx *sql.Tx, n int64) (string, error) { return l.w.papers.Faulty(tx, n) }

// Content implements traceview.Documents.
func (l lazily) Content(ctx context.Context, n int64) (io.ReadCloser, string, error) {
	return l.w.papers.Content(ctx, n)
}

// receivers is the dock of a world that is being made.
type receivers struct{ w *world }

// Compare implements tiview.Received.
func (r receivers) Compare(ctx context.Context, e tiview.Entry, corrects []int64, x *dscsa.Reading) error {
	return r.w.docks.Compare(ctx, e, corrects, x)
}

// Correct implements tiview.Received.
func (r receivers) Correct(ctx context.Context, e tiview.Entry) error {
	return r.w.docks.Correct(ctx, e)
}

func path(t testing.TB, id string) string {
	t.Helper()
	p, err := gs1.CanonicalPath(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) pack(n int) string   { return path(w.t, w.s.Pack(n)) }
func (w *world) case_(n int) string  { return path(w.t, w.s.Case(n)) }
func (w *world) pallet(n int) string { return path(w.t, w.s.Pallet(n)) }

// shipped has the maker make and ship pallets, and returns the delivery.
func (w *world) shipped(pallets ...int) proof.Hash {
	w.t.Helper()
	ctx := w.t.Context()
	header, err := w.s.Header()
	if err != nil {
		w.t.Fatal(err)
	}
	var doc bytes.Buffer
	out, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	for e := range w.s.Events() {
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
	return w.shippedOf(pallets...)
}

// shippedOf has the maker ship pallets that it made before.
func (w *world) shippedOf(pallets ...int) proof.Hash {
	w.t.Helper()
	ctx := w.t.Context()
	keys, err := w.desk.IssuePrekeys(ctx, "maker", len(pallets))
	if err == nil {
		_, err = w.maker.ImportPrekeys(ctx, keys)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	var items []string
	for _, n := range pallets {
		items = append(items, w.pallet(n))
	}
	report, file, err := w.maker.Ship(ctx, traceview.ShipRequest{Items: items, To: "pharmacy", PO: "urn:epcglobal:cbv:bt:0614141000012:PO-1"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.desk.files[report.ID] = file
	return report.ID
}

// sent has a seller off the network send its document, and returns the document's number.
func (w *world) sent(s epcistest.Shipment, change ...string) int64 {
	w.t.Helper()
	var doc bytes.Buffer
	if err := s.WriteXML(&doc); err != nil {
		w.t.Fatal(err)
	}
	text := strings.NewReplacer(change...).Replace(doc.String())
	e, err := w.papers.Take(w.t.Context(), tiview.Arrival{Name: "asn.xml", Means: tiview.WayUpload, Reader: strings.NewReader(text)})
	if err != nil {
		w.t.Fatal(err)
	}
	return e.Number
}

func (w *world) begin(s dockview.Start) dockview.Session {
	w.t.Helper()
	session, err := w.docks.Open(w.t.Context(), s, "clerk")
	if err != nil {
		w.t.Fatal(err)
	}
	return session
}

// scan notes a scan and fails the test unless it beeps so by that rule.
func (w *world) scan(id int64, raw string, beep dockview.Beep, rule string) dockview.Result {
	w.t.Helper()
	return w.noted(id, dockview.Scan{Raw: raw}, beep, rule)
}

func (w *world) noted(id int64, s dockview.Scan, beep dockview.Beep, rule string) dockview.Result {
	w.t.Helper()
	if w.seq++; s.Seq == 0 {
		s.Device, s.Seq = "gun", w.seq
	}
	r, err := w.docks.Scan(w.t.Context(), id, s, "clerk")
	if err != nil {
		w.t.Fatal(err)
	}
	if r.Beep != beep || r.Rule != rule {
		w.t.Fatalf("%s beeps %s by %q: %s; want %s by %q", s.Raw, r.Beep, r.Rule, r.Text, beep, rule)
	}
	return r
}

func (w *world) decide(id int64, item, what string) {
	w.t.Helper()
	if _, err := w.docks.Decide(w.t.Context(), id, item, what, "", "clerk"); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) finish(id int64) dockview.Report {
	w.t.Helper()
	r, err := w.docks.Finish(w.t.Context(), id, "clerk")
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// stock is how many packs have a status.
func (w *world) stock(status int) int {
	w.t.Helper()
	counts, err := w.desk.LotCounts(w.t.Context(), traceview.InventoryFilter{Status: status, Kind: proof.KindUnit})
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	for _, c := range counts {
		n += c.Count
	}
	return n
}

// noticed loads recall notices of today, one of them about a lot.
func (w *world) noticed(gtin, lot string) {
	w.t.Helper()
	list := io.Reader(strings.NewReader("gtin,lot,reference,class,from,to\n" + gtin + "," + lot + ",R-1,II,,\n"))
	if _, err := w.desk.LoadNotices(w.t.Context(), list, "Sample list", w.now().Truncate(24*time.Hour)); err != nil {
		w.t.Fatal(err)
	}
}

// rules are those of a report's findings.
func rules(r dockview.Report) string {
	var list []string
	for _, f := range r.Plan.Findings {
		list = append(list, f.Rule)
	}
	return strings.Join(list, " ")
}

func counted(t testing.TB, got dockview.Counts, expected, seen, inferred int) {
	t.Helper()
	if got.Expected != expected || got.Seen != seen || got.Inferred != inferred || got.Missing != expected-seen-inferred {
		t.Fatalf("counts %+v, want %d expected, %d seen, %d by inference", got, expected, seen, inferred)
	}
}
