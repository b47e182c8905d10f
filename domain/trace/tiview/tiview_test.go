package tiview_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/domain/trace/catalogview"
	"pedigree/domain/trace/tiview"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// onBoth runs a test on each kind of database.
func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	for _, server := range []bool{false, true} {
		name := "SQLite"
		if server {
			name = "PostgreSQL"
		}
		t.Run(name, func(t *testing.T) { test(t, newScene(t, server)) })
	}
}

// scene is a pharmacy's documents, and what goods it has.
type scene struct {
	t    testing.TB
	d    *tiview.Documents
	v    *vault.Vault
	here map[string]bool
	glns []string
	now  time.Time
}

// Here implements tiview.Goods.
func (s *scene) Here(_ context.Context, paths []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, p := range paths {
		if s.here[p] {
			out[p] = true
		}
	}
	return out, nil
}

func newScene(t testing.TB, server bool) *scene {
	s := &scene{t: t, here: map[string]bool{}, glns: []string{"0614141000012", "0614141000029"}, now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	c := vault.Config{
		Dir: filepath.Join(t.TempDir(), "vault"), Key: [32]byte{7}, Schemas: []vault.Schema{tiview.Schema, catalogview.Schema},
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: func() time.Time { return s.now },
	}
	if server {
		c.URL, c.Name = pgtest.URL(t), pgtest.Name(t)
	}
	v, err := vault.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	s.v = v
	s.d = tiview.New(tiview.Config{Vault: v, Goods: s, Products: catalogview.New(catalogview.Config{Vault: v}), BytesMax: 1 << 20, GLNs: func(context.Context) ([]string, error) { return s.glns, nil }})
	return s
}

func (s *scene) take(doc []byte, from string) tiview.Entry {
	s.t.Helper()
	e, err := s.d.Take(s.t.Context(), tiview.Arrival{Partner: from, Name: "asn.xml", Means: tiview.WayUpload, Reader: bytes.NewReader(doc)})
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

func (s *scene) show(n int64) tiview.Detail {
	s.t.Helper()
	d, err := s.d.Show(s.t.Context(), n)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *scene) has(n int64, rule string) bool {
	return slices.ContainsFunc(s.show(n).Found, func(f tiview.Found) bool { return f.Rule == rule && f.Fix.Do != "" })
}

func (s *scene) find(q tiview.Search) []int64 {
	s.t.Helper()
	list, err := s.d.List(s.t.Context(), q)
	if err != nil {
		s.t.Fatal(err)
	}
	var numbers []int64
	for _, e := range list {
		numbers = append(numbers, e.Number)
	}
	return numbers
}

func document(t testing.TB, s epcistest.Shipment) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := s.WriteXML(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// with is a shipment's document with one text changed.
func with(t testing.TB, s epcistest.Shipment, old, text string) []byte {
	t.Helper()
	doc := document(t, s)
	changed := bytes.ReplaceAll(doc, []byte(old), []byte(text))
	if bytes.Equal(doc, changed) {
		t.Fatalf("%q isn't in the document", old)
	}
	return changed
}

const pallet = "/00/003999910000000015"

// other is a second shipment of the same sender.
func other() epcistest.Shipment {
	return epcistest.Shipment{FirstSerial: 100, Delivery: "DEL-2", Order: "PO-2", Lot: "LOT-8"}
}

func TestEachArrivalStory(t *testing.T) {
	var shipment epcistest.Shipment
	tests := map[string]func(t *testing.T, s *scene){
		"goods come after their data": func(t *testing.T, s *scene) {
			e := s.take(document(t, shipment), "maker")
			if e.State != tiview.Waiting || e.Packages != 12 || !e.Affirmed || e.Faults > 0 || e.Instance != "DEL-2001" {
				t.Fatalf("%+v", e)
			}
			s.here[pallet] = true
			if n, err := s.d.Match(t.Context()); n != 1 || err != nil {
				t.Errorf("%d matched, %v", n, err)
			}
			if got := s.show(e.Number).State; got != tiview.Matched {
				t.Errorf("state %s", got)
			}
		},
		"late: goods come before their data": func(t *testing.T, s *scene) {
			s.here[pallet] = true
			if e := s.take(document(t, shipment), "maker"); e.State != tiview.Matched {
				t.Errorf("%+v", e)
			}
		},
		"duplicate: the same bytes again": func(t *testing.T, s *scene) {
			first := s.take(document(t, shipment), "maker")
			again := s.take(document(t, shipment), "maker")
			if again.State != tiview.Duplicate || again.SameAs != first.Number || again.Number == first.Number || again.Packages != 12 || again.Instance != "DEL-2001" {
				t.Errorf("%+v", again)
			}
			if d := s.show(again.Number); len(d.Shipments) != 1 {
				t.Errorf("%+v", d)
			}
			if got := s.find(tiview.Search{Serial: "100000000001"}); !slices.Equal(got, []int64{first.Number}) {
				t.Errorf("found in %v", got)
			}
		},
		"the same bytes from somebody else are another arrival, and the same shipment": func(t *testing.T, s *scene) {
			first := s.take(document(t, shipment), "maker")
			again := s.take(document(t, shipment), "wholesaler")
			if again.State != tiview.Duplicate || again.SameAs != first.Number || again.Partner != "wholesaler" {
				t.Errorf("%+v", again)
			}
		},
		"duplicate: the same events as JSON": func(t *testing.T, s *scene) {
			first := s.take(document(t, shipment), "maker")
			var out bytes.Buffer
			if err := shipment.WriteJSON(&out); err != nil {
				t.Fatal(err)
			}
			if again := s.take(out.Bytes(), "maker"); again.State != tiview.Duplicate || again.SameAs != first.Number {
				t.Errorf("%+v", again)
			}
		},
		"corrected before the goods come": func(t *testing.T, s *scene) {
			first := s.take(document(t, shipment), "maker")
			right := s.take(with(t, shipment, "LOT-7A", "LOT-7B"), "maker")
			if right.Replaces != first.Number || right.State != tiview.Waiting {
				t.Errorf("%+v", right)
			}
			if was := s.show(first.Number); was.State != tiview.Superseded || was.ReplacedBy != right.Number {
				t.Errorf("%+v", was.Entry)
			}
			if d := s.show(right.Number).Differences; d == nil || d.Differ == 0 {
				t.Errorf("differences %+v", d)
			}
		},
		"corrected after the goods were received": func(t *testing.T, s *scene) {
			s.here[pallet] = true
			first := s.take(document(t, shipment), "maker")
			right := s.take(with(t, shipment, "LOT-7A", "LOT-7B"), "maker")
			if right.Replaces != first.Number || s.show(first.Number).State != tiview.Matched || !s.has(right.Number, tiview.RuleCorrected) {
				t.Errorf("%+v, %+v", s.show(first.Number).Entry, right)
			}
		},
		"for somebody else": func(t *testing.T, s *scene) {
			s.glns = []string{"0860000000011"}
			e := s.take(document(t, shipment), "maker")
			if e.State != tiview.Refused || !s.has(e.Number, tiview.RuleWrongReceiver) || s.show(e.Number).Reason == "" {
				t.Errorf("%+v", e)
			}
		},
		"an SSCC that named another unit": func(t *testing.T, s *scene) {
			s.take(document(t, shipment), "maker")
			again := with(t, other(), "urn:epc:id:sscc:0399991.0000000100", "urn:epc:id:sscc:0399991.0000000001")
			if e := s.take(again, "maker"); !s.has(e.Number, tiview.RuleSSCCReused) || e.Faults == 0 {
				t.Errorf("%+v", e)
			}
		},
		"that can't be read": func(t *testing.T, s *scene) {
			doc := document(t, shipment)
			e := s.take(doc[:len(doc)-20], "maker")
			if e.State != tiview.Refused || !s.has(e.Number, "epcis/truncated") {
				t.Errorf("%+v", e)
			}
			if whole := s.take(doc, "maker"); whole.State != tiview.Waiting {
				t.Errorf("the whole file after it: %+v", whole)
			}
		},
		"without a statement": func(t *testing.T, s *scene) {
			e := s.take(with(t, shipment, "affirmTransactionStatement>true", "affirmTransactionStatement>false"), "maker")
			if e.Affirmed || e.State != tiview.Waiting || !s.has(e.Number, "dscsa/statement-not-affirmed") {
				t.Errorf("%+v", e)
			}
		},
		"sold by its buyer": func(t *testing.T, s *scene) {
			self := shipment
			self.Sender, self.Receiver = epcistest.Defaults().Receiver, epcistest.Defaults().Receiver
			self.Item = "12345"
			if e := s.take(document(t, self), "maker"); !s.has(e.Number, tiview.RuleSenderReceiver) {
				t.Errorf("%+v", e)
			}
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) { test(t, s) })
		})
	}
}

func TestDocumentsAreFound(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		first := s.take(document(t, epcistest.Shipment{}), "maker").Number
		second := s.take(document(t, other()), "wholesaler").Number
		both := []int64{second, first}
		day := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
		for name, test := range map[string]struct {
			q    tiview.Search
			want []int64
		}{
			"everything, the newest first": {tiview.Search{}, both},
			"a page":                       {tiview.Search{Limit: 1}, both[:1]},
			"the next page":                {tiview.Search{Limit: 1, Before: second}, both[1:]},
			"by partner":                   {tiview.Search{Partner: "maker"}, both[1:]},
			"by the seller's GLN":          {tiview.Search{Partner: s.show(first).Seller}, both},
			"by state":                     {tiview.Search{State: tiview.Waiting}, both},
			"by another state":             {tiview.Search{State: tiview.Matched}, nil},
			"by GTIN":                      {tiview.Search{GTIN: "00399991123455"}, both},
			"by GTIN and lot":              {tiview.Search{GTIN: "00399991123455", Lot: "LOT-8"}, both[:1]},
			"by lot":                       {tiview.Search{Lot: "LOT-7A"}, both[1:]},
			"by NDC with hyphens":          {tiview.Search{NDC: "99991-123-45"}, both},
			"by NDC of eleven digits":      {tiview.Search{NDC: "99991012345"}, both},
			"by another NDC":               {tiview.Search{NDC: "99991-123-46"}, nil},
			"by serial number":             {tiview.Search{Serial: "100000000100"}, both[:1]},
			"by SSCC":                      {tiview.Search{Serial: "003999910000000015"}, both[1:]},
			"by a scan":                    {tiview.Search{Item: "(01)00399991123455(21)100000000001"}, both[1:]},
			"by a scanned SSCC":            {tiview.Search{Item: "(00)003999910000000015"}, both[1:]},
			"by a path":                    {tiview.Search{Item: "/01/00399991123455/21/100000000001"}, both[1:]},
			"by order":                     {tiview.Search{PO: "PO-2"}, both[:1]},
			"by another order":             {tiview.Search{PO: "PO-3"}, nil},
			"by day":                       {tiview.Search{From: day, To: day.AddDate(0, 0, 1)}, both},
			"by another day":               {tiview.Search{From: day.AddDate(0, 0, 1)}, nil},
			"before a day":                 {tiview.Search{To: day}, nil},
		} {
			if got := s.find(test.q); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
		if _, err := s.d.List(t.Context(), tiview.Search{Item: "(01)123"}); err == nil {
			t.Error("a wrong identifier is searched for")
		}
	})
}

func TestWhatWasInterruptedIsTakenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e := s.take(document(t, epcistest.Shipment{}), "maker")
		s.d.Interrupt(t, e.Number)
		if got := s.show(e.Number); got.State != tiview.Arrived {
			t.Fatalf("%+v", got.Entry)
		}
		if err := s.d.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, err := s.d.Entry(t.Context(), e.Number)
		if err != nil || after.State != tiview.Waiting || after.Packages != 12 {
			t.Errorf("%+v, %v", after, err)
		}
	})
}

func TestNothingIsTakenThatCannotBeKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for name, a := range map[string]tiview.Arrival{
			"an empty file":       {Name: "a.xml", Means: tiview.WayUpload, Reader: strings.NewReader("")},
			"a file of no name":   {Name: " ", Means: tiview.WayUpload, Reader: strings.NewReader("<a/>")},
			"a name too long":     {Name: strings.Repeat("a", tiview.NameBytesMax+1), Means: tiview.WayUpload, Reader: strings.NewReader("<a/>")},
			"no word how it came": {Name: "a.xml", Reader: strings.NewReader("<a/>")},
			"a file too large":    {Name: "a.xml", Means: tiview.WayUpload, Reader: &endless{}},
		} {
			if _, err := s.d.Take(t.Context(), a); err == nil {
				t.Errorf("%s is taken", name)
			}
		}
		if got := s.find(tiview.Search{}); len(got) > 0 {
			t.Errorf("entries %v", got)
		}
	})
}

type endless struct{}

// Read implements io.Reader.
func (*endless) Read(p []byte) (int, error) { return len(p), nil }

func TestANameIsOnlyAName(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		e, err := s.d.Take(t.Context(), tiview.Arrival{Name: `C:\in\..\asn <b>.xml`, Means: tiview.WayUpload, Reader: bytes.NewReader(document(t, epcistest.Shipment{}))})
		if err != nil {
			t.Fatal(err)
		}
		content, name, err := s.d.Content(t.Context(), e.Number)
		if err != nil || name != "asn <b>.xml" {
			t.Fatalf("%q, %v", name, err)
		}
		defer content.Close()
		if _, _, err := epcis.ReadAll(content, epcis.Options{}); err != nil {
			t.Error(err)
		}
	})
}
