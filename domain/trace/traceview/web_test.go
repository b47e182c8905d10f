package traceview

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"

	"pedigree/domain/trace/caseview"
	"pedigree/domain/trace/partnerview"
	"pedigree/domain/trace/traceview/verdict"
	"pedigree/internal/api"
	"pedigree/proof"
)

// webToken is the access token of the HTTP interfaces of tests.
const webToken = "token-of-a-test"

// web is the HTTP interface of one desk.
type web struct {
	t   testing.TB
	url string
}

func newWeb(t testing.TB, d *Desk) web {
	t.Helper()
	s, err := api.New(api.Config{Listen: "127.0.0.1:0", Token: webToken, Org: d.sign.Org(), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	AddRoutes(s, func(context.Context) *Desk { return d })
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return web{t, s.URL()}
}

func (w web) post(path string, in, out any) {
	w.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+webToken)
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode == http.StatusOK {
		err = json.Unmarshal(answer, out)
	}
	if err != nil || res.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: %d, %s, %v", path, res.StatusCode, answer, err)
	}
}

// judge asks for verdicts over HTTP.
func (w web) judge(texts ...string) []verdict.Answer {
	w.t.Helper()
	var list []verdict.Answer
	w.post("/api/v1/verdicts", map[string]any{"items": texts}, &list)
	return list
}

// dispense dispenses over HTTP.
func (w web) dispense(texts ...string) []DispensedItem {
	w.t.Helper()
	var list []DispensedItem
	w.post("/api/v1/dispenses", map[string]any{"items": texts, "reason": "dispensing"}, &list)
	return list
}

// withCases gives the dispenser exception cases in its own store.
func (x shelf) withCases() *caseview.Cases {
	d := x.desks["dispenser"]
	c := caseview.NewCases(caseview.Config{Vault: d.vault, Org: "dispenser", Book: partnerview.New(partnerview.Config{Vault: d.vault})})
	d.cases = testCases{c}
	return c
}

// testCases are exception cases as a desk sees them.
type testCases struct{ *caseview.Cases }

// About implements Cases.
func (c testCases) About(tx *sql.Tx, path string) (OpenCase, bool, error) {
	k, found, err := c.Cases.About(tx, path)
	return OpenCase{Number: strconv.FormatInt(k.Number, 10), NoData: k.Category == caseview.ProductNoData, With: k.Org, Opened: k.Opened}, found, err
}

// Suspect implements Cases.
func (c testCases) Suspect(tx *sql.Tx, s Suspicion, open bool) (string, bool, error) {
	k, found, err := c.Cases.Suspect(tx, caseview.New{
		Key: s.Key, Org: s.Seller.Org, Found: s.Found, By: s.By, Note: s.Text,
		Items: []caseview.Item{{Path: s.Path, Lot: s.Lot, Expiry: s.Expiry, Rule: s.Rule, Claim: s.Text}},
	}, open)
	return strconv.FormatInt(k.Number, 10), found, err
}

// Seen implements Cases.
func (c testCases) Seen(tx *sql.Tx, number string, seen api.Said, by string) error {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return err
	}
	return c.Cases.Seen(tx, n, seen, by)
}

// openCase opens a case of the dispenser that asks a partner for data of a thing.
func (x shelf) openCase(c *caseview.Cases, path string) string {
	x.t.Helper()
	var k caseview.Case
	err := x.desks["dispenser"].vault.Update(context.Background(), func(tx *sql.Tx) (err error) {
		k, err = c.Open(tx, caseview.New{Key: proof.Hash(hashOf("no data", []byte(path))), Category: caseview.ProductNoData, Org: "wholesaler", Items: []caseview.Item{{Path: path}}, By: "clerk"})
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return strconv.FormatInt(k.Number, 10)
}
