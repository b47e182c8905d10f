package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pedigree/ledger"
	"pedigree/proof"
)

func asCBOR(r *http.Request) { r.Header.Set("Content-Type", "application/cbor") }

func TestASubmittedEntryIsAnsweredAtOnceOrWithItsEnd(t *testing.T) {
	refusal := ledger.CodeQuota.Errorf("come back tomorrow")
	for name, c := range map[string]struct {
		path   string
		ledger testLedger
		status int
		want   EntryState
	}{
		"without waiting it is accepted": {"/api/v1/entries", testLedger{}, 202, EntryState{State: "waiting"}},
		"without waiting, when it was committed before, its end is told": {
			"/api/v1/entries", testLedger{found: true, outcome: Outcome{Height: 7, Index: 2}}, 200, EntryState{State: "committed", Height: 7, Index: 2},
		},
		"waiting, its end is told": {"/api/v1/entries?wait=commit", testLedger{outcome: Outcome{Height: 9}}, 200, EntryState{State: "committed", Height: 9}},
		"waiting, its refusal is told with code and text": {
			"/api/v1/entries?wait=commit",
			testLedger{outcome: Outcome{Height: 9, Code: refusal.Code.Number, Err: refusal}},
			200,
			EntryState{State: "refused", Height: 9, Code: "ledger/quota", Text: "ledger/quota: come back tomorrow"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			id := testEntryID(t).String()
			s := serve(t, Config{}, &c.ledger)
			res, body := ask(t, s, "POST", c.path, string(testEnvelope()), asCBOR)
			var got EntryState
			if err := json.Unmarshal(body, &got); err != nil || res.StatusCode != c.status {
				t.Fatalf("answered %d: %s", res.StatusCode, body)
			}
			c.want.ID = id
			if c.status == 200 {
				c.want.Receipt = "/api/v1/entries/" + id + "/receipt"
			}
			if diff := cmp.Diff(got, c.want); diff != "" {
				t.Error(diff)
			}
			if res.Header.Get("Location") != "/api/v1/entries/"+id || res.Header.Get("Ledger-Height") != "42" {
				t.Errorf("headers %v", res.Header)
			}
			if len(c.ledger.submitted) != 1 || !bytes.Equal(c.ledger.submitted[0], testEnvelope()) || c.ledger.waited != strings.Contains(c.path, "wait") {
				t.Errorf("the ledger got %d envelopes, and was asked to wait: %v", len(c.ledger.submitted), c.ledger.waited)
			}
		})
	}
}

func TestWhatIsNoEnvelopeNeverReachesTheLedger(t *testing.T) {
	l := &testLedger{}
	s := serve(t, Config{}, l)
	for name, raw := range map[string]string{"nothing": "", "text": "envelope", "an envelope cut short": string(testEnvelope()[:40]), "two envelopes": string(testEnvelope()) + string(testEnvelope())} {
		res, body := ask(t, s, "POST", "/api/v1/entries", raw, asCBOR)
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("%s: answered %d: %s", name, res.StatusCode, body)
		}
	}
	if len(l.submitted) != 0 {
		t.Errorf("%d of them were submitted", len(l.submitted))
	}
}

func TestEntriesAndReceiptsAreFoundByTheirID(t *testing.T) {
	id := testEntryID(t).String()
	found := serve(t, Config{}, &testLedger{found: true, outcome: Outcome{Height: 7}})
	missing := serve(t, Config{}, &testLedger{})
	broken := serve(t, Config{}, &testLedger{lookup: errors.New("disk on fire")})
	for _, path := range []string{"/api/v1/entries/" + id, "/api/v1/entries/" + id + "/receipt"} {
		if res, body := ask(t, found, "GET", path, "", nil); res.StatusCode != 200 || res.Header.Get("Ledger-Height") != "42" {
			t.Errorf("%s: %d, %v: %s", path, res.StatusCode, res.Header, body)
		}
		res, body := ask(t, missing, "GET", path, "", nil)
		if p := problemOf(t, res, body); p.Status != 404 || !strings.Contains(p.Detail, "up to height 42") {
			t.Errorf("%s of an unknown entry: %+v", path, p)
		}
		res, body = ask(t, broken, "GET", path, "", nil)
		if p := problemOf(t, res, body); p.Status != 500 {
			t.Errorf("%s with a broken store: %+v", path, p)
		}
		res, body = ask(t, found, "GET", strings.Replace(path, id, strings.Repeat("x", 64), 1), "", nil)
		if p := problemOf(t, res, body); p.Status != 422 {
			t.Errorf("%s with an id of no digits: %+v", path, p)
		}
	}
	res, body := ask(t, found, "GET", "/api/v1/entries/"+id+"/receipt", "", nil)
	if want := (proof.Receipt{Envelope: testEnvelope()}).Encode(); !bytes.Equal(body, want) {
		t.Errorf("the receipt is %x, want %x", body, want)
	}
	if res.Header.Get("Content-Type") != "application/cbor" || res.Header.Get("Content-Disposition") != `attachment; filename="`+id[:16]+`.receipt.pedigree"` {
		t.Errorf("the receipt's headers %v", res.Header)
	}
}

func TestStateIsProvedByItsRawKey(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	_, body := ask(t, s, "GET", "/api/v1/state/4d6d616b6572/proof", "", nil)
	if want := (proof.StateProof{Key: []byte("Mmaker"), Value: []byte("value")}).Encode(); !bytes.Equal(body, want) {
		t.Errorf("the proof is %x, want %x", body, want)
	}
	res, body := ask(t, s, "GET", "/api/v1/state/zz/proof", "", nil)
	if p := problemOf(t, res, body); p.Status != 422 || !strings.Contains(p.Detail, "hexadecimal") {
		t.Errorf("a key of no digits: %+v", p)
	}
}

func TestStatusAndTrustTellWhatTheLedgerSays(t *testing.T) {
	l := &testLedger{}
	s := serve(t, Config{Org: "maker"}, l)
	_, body := ask(t, s, "GET", "/api/v1/status", "", nil)
	var got Status
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, Status{"pedigree-test", "maker", 42, time.Unix(1_800_000_000, 0).UTC(), 3, 0, false, false}); diff != "" {
		t.Error(diff)
	}
	_, body = ask(t, s, "GET", "/api/v1/trust", "", nil)
	trust, err := proof.ParseTrust(body)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := l.Trust(); err != nil || trust.Fingerprint() != want.Fingerprint() {
		t.Errorf("the trust file is %s", body)
	}
}

func TestTheServedDocumentIsOpenAPI(t *testing.T) {
	s := serve(t, Config{Version: "1.2.3"}, &testLedger{})
	_, first := ask(t, s, "GET", "/api/openapi.json", "", nil)
	var doc struct {
		OpenAPI string `json:"openapi"`
		Info    struct{ Title, Version string }
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(first, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Info.Title != "pedigree" || doc.Info.Version != "1.2.3" {
		t.Errorf("the document is %s %+v", doc.OpenAPI, doc.Info)
	}
	if got := doc.Paths["/api/v1/entries"]["post"].OperationID; got != "submit-entry" {
		t.Errorf("submitting is called %q", got)
	}
	again := serve(t, Config{Version: "1.2.3"}, &testLedger{})
	if _, second := ask(t, again, "GET", "/api/openapi.json", "", nil); !bytes.Equal(first, second) {
		t.Error("two servers of the same program tell different documents")
	}
}

func TestAnUnknownRouteOrMethodIsAProblemToo(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for _, c := range [][2]string{{http.MethodGet, "/api/v1/nothing"}, {http.MethodPut, "/api/v1/status"}, {http.MethodGet, "/api/v1/notes"}} {
		r, body := ask(t, s, c[0], c[1], "", nil)
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(body), c[0]+" "+c[1]) {
			t.Errorf("%s %s: %d %s %s", c[0], c[1], r.StatusCode, r.Header.Get("Content-Type"), body)
		}
	}
}

func TestABodyThatCanBeReadInTwoWaysIsRefused(t *testing.T) {
	s := serve(t, Config{}, &testLedger{})
	for body, status := range map[string]int{
		`{"text": "a"}`: http.StatusNoContent, `{"text": "a", "text": "b"}`: http.StatusBadRequest,
		`{"Text": "a"}`: http.StatusUnprocessableEntity, `{"text": "a", "TEXT": "b"}`: http.StatusUnprocessableEntity,
	} {
		if r, answer := ask(t, s, http.MethodPost, "/api/v1/notes", body, nil); r.StatusCode != status && !(status == http.StatusNoContent && r.StatusCode == http.StatusOK) {
			t.Errorf("%s: %d %s, want %d", body, r.StatusCode, answer, status)
		}
	}
}

// The HTTP server uses a body's memory again; what waits for a block must not change.
func TestASubmittedEntryIsNotTouchedByLaterRequests(t *testing.T) {
	l := &testLedger{}
	s := serve(t, Config{}, l)
	for range 20 {
		if res, body := ask(t, s, "POST", "/api/v1/entries", string(testEnvelope()), asCBOR); res.StatusCode != 202 {
			t.Fatalf("answered %d: %s", res.StatusCode, body)
		}
		if res, body := ask(t, s, "POST", "/api/v1/entries", strings.Repeat("\xff", len(testEnvelope())), asCBOR); res.StatusCode != 422 {
			t.Fatalf("noise was answered %d: %s", res.StatusCode, body)
		}
	}
	for i, raw := range l.submitted {
		if !bytes.Equal(raw, testEnvelope()) {
			t.Fatalf("entry %d was changed after it was submitted", i)
		}
	}
}
