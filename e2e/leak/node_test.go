//go:build linux

package leak

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pedigree/bench/hostile"
	"pedigree/format/epcis"
	"pedigree/format/epcis/epcistest"
)

// canaries are texts that mean a person, a product, a price or a secret, as they
// come in documents, in fields, in addresses and in headers.
var canaries = []string{
	"CanaryPatientMaria", "CANARYSERIAL77", "CANARYLOT4711", "Canary-Price-98.76", "canary-token-0123456789", "Canary Product Name", "canary-file-name", within,
}

// within stands in documents alone, which are encrypted in the private store. Its
// tables hold some of the rest in plain: identifiers, findings, notes of dispensing.
const within = "Canary-Within-Documents"

// document is an EPCIS document of the maker's: one pallet whose lot, product and
// serial numbers are canaries, with a patient and a price as extensions.
func document(t *testing.T) string {
	t.Helper()
	now := time.Now().UTC()
	d := epcistest.Defaults()
	d.CasesPerPallet, d.PacksPerCase, d.Lot, d.Product = 1, 2, "CANARYLOT4711", "Canary Product Name"
	d.Made, d.Shipped, d.Expiry = now.AddDate(0, 0, -10), now.AddDate(0, 0, -1), now.AddDate(2, 0, 0).Format(time.DateOnly)
	d.FirstSerial = 1
	header, err := d.Header()
	if err != nil {
		t.Fatal(err)
	}
	var doc bytes.Buffer
	w, err := epcis.NewXMLWriter(&doc, header, epcis.XMLOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for e := range d.Events() {
		if e.BizStep == "shipping" {
			continue
		}
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(doc.String(), d.Pack(0), packID)
	return strings.ReplaceAll(text, "</ObjectEvent>", `<x:patient xmlns:x="urn:example:x">CanaryPatientMaria</x:patient><x:note xmlns:x="urn:example:x">Canary-Within-Documents</x:note><x:price xmlns:x="urn:example:x">Canary-Price-98.76</x:price></ObjectEvent>`)
}

// packID is a pack of the document.
const packID = "urn:epc:id:sgtin:0399991.012345.CANARYSERIAL77"

// steps are requests that carry canaries; most go wrong, and some in odd ways.
func steps(whole string) []hostile.Attack {
	body := func(text string) func() io.Reader { return func() io.Reader { return strings.NewReader(text) } }
	capture := func(query, text string) hostile.Attack {
		return hostile.Attack{Name: "capture", Method: "POST", Path: "/api/v1/captures?name=canary-file-name" + query, Type: "application/xml", Body: body(text)}
	}
	get := func(path string) hostile.Attack { return hostile.Attack{Name: path, Method: "GET", Path: path} }
	post := func(path, text string) hostile.Attack {
		return hostile.Attack{Name: path, Method: "POST", Path: path, Type: "application/json", Body: body(text)}
	}
	list := []hostile.Attack{
		capture("", whole), capture("&dry_run=true", whole), capture("&on_error=proceed", strings.ReplaceAll(whole, ">urn:epcglobal:cbv:bizstep:commissioning<", ">CANARYLOT4711<")),
		capture("", whole[:len(whole)/2]), capture("", strings.Replace(whole, "</x:patient>", "</x:CanaryPatientMaria>", 1)),
		capture("", `{"type":"EPCISDocument","CanaryPatientMaria":"CANARYLOT4711"}`), capture("&on_error=CanaryPatientMaria", whole),
		post("/api/v1/dispenses", `{"items":["urn:epc:id:sgtin:0399991.012345.CANARYSERIAL77","CanaryPatientMaria"],"reason":"CanaryPatientMaria, Canary-Price-98.76"}`),
		post("/api/v1/dispenses", `{"CanaryPatientMaria":1}`), post("/api/v1/dispenses/settle", ``),
		post("/api/v1/prekeys", `{"partner":"CanaryPatientMaria","count":1}`), post("/api/v1/proposals", `{"module":"org","kind":"CanaryPatientMaria","message":{"CANARYLOT4711":1}}`),
		post("/api/v1/shipments", `{"to":"CanaryPatientMaria","items":["CANARYSERIAL77"]}`), post("/api/v1/organisations/acts/CanaryPatientMaria", `{"CANARYLOT4711":true}`),
		{Name: "receive", Method: "POST", Path: "/api/v1/receivings?refuse=CANARYSERIAL77=CanaryPatientMaria", Type: "application/octet-stream", Body: body("CanaryPatientMaria")},
		{Name: "a wrong token", Method: "GET", Path: "/api/v1/status", Header: map[string]string{"Authorization": "Bearer canary-token-0123456789"}},
		{Name: "a strange header", Method: "GET", Path: "/api/v1/status", Header: map[string]string{"Cookie": "a=canary-token-0123456789", "X-Patient": "CanaryPatientMaria", "traceparent": "CanaryPatientMaria", "baggage": "patient=CanaryPatientMaria"}},
		get("/login?token=canary-token-0123456789"), get("/api/v1/CanaryPatientMaria"), get("/metrics?CanaryPatientMaria=1"),
	}
	for _, c := range canaries {
		q := url.QueryEscape(c)
		list = append(list, get("/api/v1/trace?id="+q), get("/api/v1/provenance?id="+q), get("/api/v1/inventory?lot="+q), get("/api/v1/inventory?gtin="+q), get("/api/v1/inventory?cursor="+q),
			get("/api/v1/shipments?partner="+q), get("/api/v1/organisations/"+url.PathEscape(c)), get("/api/v1/entries/"+url.PathEscape(c)), get("/api/v1/state/"+url.PathEscape(c)+"/proof"))
	}
	return append(list, get("/api/v1/trace?id=urn:epc:id:sgtin:0399991.012345.CANARYSERIAL77"), get("/api/v1/provenance?id=urn:epc:id:sgtin:0399991.012345.CANARYSERIAL77&place=true"))
}

func TestErrorsFiguresBackupsAndCrashesLeakNothing(t *testing.T) {
	traces := &collector{}
	collecting := httptest.NewServer(traces)
	defer collecting.Close()
	n, err := hostile.Start(t.Context(), hostile.Config{
		Program: program, Dir: t.TempDir(), Env: []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collecting.URL, "OTEL_BSP_SCHEDULE_DELAY=200"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := scanner{append([]string{secretsOf(t, n.Home)[0]}, canaries...)}
	ask := func(a hostile.Attack) hostile.Answer {
		got, err := n.Attack(t.Context(), a)
		if err != nil || got.Status == 0 || got.Status >= 500 {
			t.Errorf("%s: %d %.300s, %v", a.Name, got.Status, got.Text, err)
		}
		return got
	}
	for _, a := range steps(document(t)) {
		ask(a)
	}
	inventory := ask(hostile.Attack{Name: "inventory", Method: "GET", Path: "/api/v1/inventory"})
	if !bytes.Contains(inventory.Text, []byte("CANARYSERIAL77")) {
		t.Errorf("the canaries did not get in: %s", inventory.Text)
	}
	for _, f := range s.find(ask(hostile.Attack{Name: "metrics", Method: "GET", Path: "/metrics"}).Text) {
		t.Errorf("the figures hold %s", f)
	}
	backup, err := n.Backup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	scanBackup(t, s, backup)
	for _, f := range s.find(traces.wait(t)) {
		t.Errorf("the traces hold %s", f)
	}
	crash(t, n)
	read := s.scanTree(t, n.Home, "data/vault", "api.token", "keys")
	scanner{[]string{within}}.scanTree(t, n.Home+"/data/vault")
	t.Logf("%d bytes were read", read)
}

// collector keeps what a node sends as traces.
type collector struct {
	mu  sync.Mutex
	raw []byte
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, body...)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// wait waits until spans of requests, submits, blocks and folds are there.
func (c *collector) wait(t *testing.T) []byte {
	t.Helper()
	for range 2_000 { // a slow machine takes its time
		c.mu.Lock()
		raw := bytes.Clone(c.raw)
		c.mu.Unlock()
		all := true
		for _, name := range []string{"request", "submit", "block", "fold", "/api/v1/trace", "/api/v1/dispenses"} {
			all = all && bytes.Contains(raw, []byte(name))
		}
		if all {
			return raw
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the collector has %d bytes, without some of the spans", len(c.raw))
	return nil
}

// crash ends the node by force, with the stack of each of its tasks.
func crash(t *testing.T, n *hostile.Node) {
	t.Helper()
	if err := n.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	for range 2_000 { // a slow machine takes its time
		if log, err := os.ReadFile(n.LogPath()); err == nil && bytes.Contains(log, []byte("goroutine ")) && n.Ready(t.Context()) != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the node left no stacks")
}

// scanBackup looks into each file of a backup; the private store's identifiers are
// its index, and a backup's own encryption is the keeper's.
func scanBackup(t *testing.T, s scanner, backup []byte) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(backup))
	for files := 0; ; files++ {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			if files < 3 {
				t.Errorf("the backup has %d files", files)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		look := s
		if strings.Contains(h.Name, "vault") {
			look = scanner{[]string{within}}
		}
		for _, f := range look.find(raw) {
			t.Errorf("%s of the backup holds %s", h.Name, f)
		}
	}
}
