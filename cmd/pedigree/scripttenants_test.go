package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// tenant is one organisation of a node as its owner reaches it.
type tenantAsker struct {
	ts         *testscript.TestScript
	org        string
	url, token string
}

func newTenant(ts *testscript.TestScript, dir string) tenantAsker {
	h := home{ts.MkAbs(dir)}
	crd, err := readCard(h.card())
	ts.Check(err)
	token, err := h.accessToken()
	ts.Check(err)
	at := h
	if host, hosted := h.host(); hosted {
		at = host
	}
	addr, err := os.ReadFile(at.address())
	ts.Check(err)
	return tenantAsker{ts, crd.Member.ID, "http://" + strings.TrimSpace(string(addr)), token}
}

// ask sends one request and returns the status and the answer.
func (a tenantAsker) ask(method, path, mediaType string, body []byte) (int, []byte) {
	r, err := http.NewRequestWithContext(context.Background(), method, a.url+path, bytes.NewReader(body))
	a.ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+a.token)
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	res, err := http.DefaultClient.Do(r)
	a.ts.Check(err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	a.ts.Check(err)
	return res.StatusCode, answer
}

// must asks for what has to be answered.
func (a tenantAsker) must(method, path, body string) []byte {
	mediaType := ""
	if body != "" {
		mediaType = "application/json"
	}
	status, answer := a.ask(method, path, mediaType, []byte(body))
	if status >= 300 {
		a.ts.Fatalf("%s: %s %s is answered with %d: %s", a.org, method, path, status, answer)
	}
	return answer
}

// first is a field of the first row of a list.
func (a tenantAsker) first(path, field string) string {
	var rows []map[string]any
	answer := a.must("GET", path, "")
	if err := json.Unmarshal(answer, &rows); err != nil || len(rows) == 0 {
		a.ts.Fatalf("%s: %s lists nothing: %s", a.org, path, answer)
	}
	id, _ := rows[0][field].(string)
	if id == "" {
		a.ts.Fatalf("%s: the rows of %s have no %s: %s", a.org, path, field, answer)
	}
	return id
}

// victim is an organisation with things that must stay its own.
type victim struct {
	tenantAsker
	person, key, session, shipment, delivery, pack, caseID string
	alone                                                  []string // texts that nobody else may see
	partners                                               []string // texts that its partner knows too
}

// The texts that mark what is the victim's.
const (
	canaryPerson  = "Canary Person"
	canaryMachine = "canary till"
	canaryReason  = "canary reason of a patient"
	canaryFile    = "canary-file.xml"
	canaryPartner = "canary partner"
	canaryProduct = "canary product"
	canaryOrder   = "CANARY-PO-7"
	canaryStock   = "canary-stock.csv"
	canaryClaim   = "canary claim"
)

func newVictim(ts *testscript.TestScript, dir string) victim {
	v := victim{tenantAsker: newTenant(ts, dir), pack: "(01)00399991123455(21)100000000001"}
	v.must("POST", "/api/v1/people", `{"name": "`+canaryPerson+`"}`)
	v.must("POST", "/api/v1/apikeys", `{"name": "`+canaryMachine+`", "roles": ["pharmacist"]}`)
	v.must("POST", "/api/v1/dispenses", `{"items": ["`+v.pack+`"], "reason": "`+canaryReason+`"}`)
	v.must("POST", "/api/v1/partners", `{"name": "`+canaryPartner+`"}`)
	v.must("POST", "/api/v1/products/00399991123455", `{"values": {"name": "`+canaryProduct+`"}}`)
	v.must("POST", "/api/v1/cases", `{"scenario": "2.1A", "po": "`+canaryOrder+`", "items": [{"claim": "`+canaryClaim+`", "gtin": "00399991123455"}]}`)
	v.must("POST", "/api/v1/docks", `{}`)
	file, err := os.ReadFile(ts.MkAbs("lot.xml"))
	ts.Check(err)
	if status, answer := v.ask("POST", "/api/v1/captures?name="+canaryFile, "application/octet-stream", file); status >= 500 {
		ts.Fatalf("the capture failed: %s", answer)
	}
	if status, answer := v.ask("POST", "/api/v1/migrations/stock?name="+canaryStock, "application/octet-stream", []byte("gtin,serial\n00361414123458,CANARY-1\n")); status >= 300 {
		ts.Fatalf("the list of stock is answered with %d: %s", status, answer)
	}
	form := url.Values{"token": {v.token}}
	if status, answer := v.ask("POST", "/login", "application/x-www-form-urlencoded", []byte(form.Encode())); status != http.StatusOK {
		ts.Fatalf("signing in as %s is answered with %d: %s", v.org, status, answer)
	}
	v.person, v.key = v.first("/api/v1/people", "id"), v.first("/api/v1/apikeys", "id")
	v.session = v.first("/api/v1/people/sessions", "id")
	v.shipment, v.delivery = v.first("/api/v1/shipments", "id"), v.first("/api/v1/inbox?state=done", "id")
	v.caseID = v.first("/api/v1/cases", "id")
	v.alone = []string{canaryOrder, canaryClaim, v.caseID, canaryStock, canaryPerson, canaryMachine, canaryReason, canaryFile, canaryPartner, canaryProduct, v.person, v.key, v.session}
	v.partners = []string{v.shipment, v.delivery, "/01/00399991123455/21/100000000002", "003999910000000015"} // not the pack that is asked for: answers name it again
	return v
}

// state is what must be the same after all attempts.
func (v victim) state() map[string]string {
	all := map[string]string{}
	for _, path := range []string{"/api/v1/people", "/api/v1/inventory", "/api/v1/shipments", "/api/v1/inbox/" + v.delivery, "/api/v1/audit", "/api/v1/apikeys", "/api/v1/partners", "/api/v1/products", "/api/v1/cases"} {
		all[path] = string(v.must("GET", path, ""))
	}
	return all
}

// attempt is how another organisation asks an operation for what is the victim's.
type attempt struct {
	path  map[string]string // parameters in the path
	query string
	body  string
	// refused: it names a thing of the victim's, so it must fail. Others answer with
	// what the caller itself has.
	refused bool
}

// attempts has one for each operation; an operation without one fails the test.
func (v victim) attempts() map[string]attempt {
	none := attempt{}
	id := func(id string) attempt { return attempt{path: map[string]string{"id": id}, refused: true} }
	with := func(a attempt, body string) attempt { a.body = body; return a }
	role := func(r string) attempt {
		return attempt{path: map[string]string{"id": v.person, "role": r}, refused: true}
	}
	item := url.QueryEscape(v.pack)
	return map[string]attempt{
		"list-api-keys": none, "create-api-key": {body: `{"name": "mine", "roles": ["pharmacist"]}`}, "revoke-api-key": id(v.key),
		"read-audit": none, "take-backup": {refused: true}, "take-hosted-backup": {path: map[string]string{"org": v.org}, refused: true}, "restore-hosted": {path: map[string]string{"org": v.org}, refused: true}, "capture": {query: "name=mine.xml&dry_run=true", body: "<no/>"},
		"erase-document": {path: map[string]string{"n": "99999"}, refused: true}, "erase-reason": {body: `{"item": "` + v.pack + `"}`, refused: true},
		"list-erasures": none, "erase-again": {body: `{"marks": ["` + strings.Repeat("0", 64) + `"]}`},
		"export-organisation": none, "dispense": {body: `{"items": ["` + v.pack + `"]}`}, "settle-dispenses": none, "submit-entry": {body: "\x00", refused: true},
		"judge": {body: `{"items": ["` + v.pack + `"]}`}, "list-shift": none,
		"mark":              {body: `{"items": ["` + v.pack + `"], "set": ["held"]}`, refused: true},
		"prepare-departure": {body: `{"items": ["` + v.pack + `"], "to": "1"}`, refused: true}, "confirm-departure": id(v.shipment),
		"depart": {body: `{"items": ["` + v.pack + `"]}`, refused: true},
		"pack":   {body: `{"box": "006141410000000012", "items": ["` + v.pack + `"]}`, refused: true}, "unpack": {body: `{"items": ["` + v.pack + `"]}`, refused: true}, "split": {body: `{"from": "` + v.pack + `", "groups": [{"items": ["` + v.pack + `"]}]}`, refused: true}, "void": id(v.shipment), "reclaim": id(v.shipment),
		"pick": {body: `{"items": ["` + v.pack + `"]}`, refused: true}, "list-picks": none, "get-pick": id(v.shipment), "drop-pick": id(v.shipment),
		"reenter":      {body: `{"items": ["` + v.pack + `"]}`, refused: true},
		"return-goods": {body: `{"items": ["` + v.pack + `"], "reason": "damaged"}`, refused: true}, "list-returns": none,
		"order-hand-over": {body: `{"items": ["` + v.pack + `"], "to": "` + v.org + `"}`, refused: true}, "list-hand-overs": none, "accept-hand-over": id(v.shipment),
		"refuse-hand-over": with(id(v.shipment), `{"reason": "none"}`), "withdraw-hand-over": with(id(v.shipment), `{"reason": "none"}`), "ship-hand-over": id(v.shipment),
		"ask-makers": {body: `{"items": ["` + v.pack + `"], "purpose": "suspect"}`},
		"note-reply": {body: `{"item": "` + v.pack + `", "word": "match", "by": "its portal"}`}, "list-replies": {query: "id=" + item},
		"load-recall-notices": {query: "source=mine&as_of=2026-01-01", body: "no list", refused: true}, "list-recall-notices": none,
		"begin-recall-notices-load": {query: "source=mine&as_of=2026-01-01", body: "no list", refused: true}, "get-recall-notices-load": {path: map[string]string{"job": "1"}, refused: true},
		"pause-recall-notices-load": {path: map[string]string{"job": "1"}, refused: true}, "resume-recall-notices-load": {path: map[string]string{"job": "1"}, refused: true},
		"get-entry": id(v.shipment), "get-receipt": id(v.shipment), "list-inbox": {query: "partner=" + v.org}, "get-inbox-item": id(v.delivery), "get-inbox-content": id(v.delivery),
		"receive-inbox": with(id(v.delivery), `{}`), "reject-delivery": with(id(v.delivery), `{"reason": "none"}`), "finish-delivery": with(id(v.delivery), `{"note": "none"}`),
		"list-inventory": none, "count-inventory": none, "get-mailbox": none, "publish-mailbox": {body: `{"address": ""}`}, "rotate-seal-key": none, "who-am-i": none, "list-signins": none, "keep-signin": none, "change-signin": {path: map[string]string{"org": v.org, "id": "owner"}, refused: true},
		"list-organisations": none, "get-organisation": {path: map[string]string{"id": v.org}},
		"act":         {path: map[string]string{"kind": "set-identifiers"}, body: `{"member": "` + v.org + `", "identifiers": []}`, refused: true},
		"list-outbox": {query: "partner=" + v.org}, "get-outbox-item": id(v.session), "drop-delivery": with(id(v.session), `{"reason": "none"}`), "retry-delivery": id(v.session), "get-outbox-content": id(v.session),
		"send-document": {query: "to=" + v.org + "&name=../mine", body: "mine", refused: true},
		"list-people":   none, "add-person": {body: `{"name": "mine"}`}, "list-all-sessions": none, "end-any-session": id(v.session), "remove-person": id(v.person),
		"withdraw-role": role("pharmacist"), "grant-role": role("clerk"), "issue-prekeys": {body: `{"partner": "` + v.org + `", "count": 1}`},
		"import-prekeys": {body: "no", refused: true}, "list-proposals": none, "propose": {body: `{"module": "org", "kind": "suspend", "message": {"surprise": 1}}`, refused: true},
		"get-provenance": {query: "id=" + item}, "receive": {body: "no", refused: true}, "list-sessions": none, "end-session": id(v.session),
		"list-approvals": none, "approve": id(v.session), "refuse": id(v.session), "prove-consistency": {query: "from=0"}, "get-checkpoint": none, "get-cosigned-checkpoint": none, "prove-witnessed": {query: "first=1&count=1"}, "get-rules": none, "invite-person": id(v.person),
		"list-signatures": none, "get-signature": id(v.session), "begin-signature": {body: `{"surprise": 1}`, refused: true}, "finish-signature": {body: `{"surprise": 1}`, refused: true},
		"list-documents": {query: "partner=" + v.org}, "find-documents": {query: "partner=" + v.org}, "print-documents": {query: "partner=" + v.org}, "get-document": {path: map[string]string{"n": "1"}, refused: true}, "get-document-content": {path: map[string]string{"n": "1"}, refused: true},
		"print-document": {path: map[string]string{"n": "1"}, refused: true}, "take-document": {query: "name=mine.xml", body: "<no/>"}, "check-document": {query: "name=mine.xml", body: "<no/>"},
		"open-dock": {body: `{"surprise": 1}`, refused: true}, "list-docks": none, "list-arrivals": none, "get-dock": {path: map[string]string{"id": "1"}, refused: true}, "get-dock-tree": {path: map[string]string{"id": "1"}, refused: true},
		"watch-dock":       {path: map[string]string{"id": "1"}, refused: true},
		"list-corrections": none, "get-correction": {path: map[string]string{"document": "1"}, refused: true}, "settle-correction": {path: map[string]string{"document": "1"}, body: `{"right": "ours"}`, refused: true},
		"drop-dock": {path: map[string]string{"id": "1"}, refused: true}, "scan-dock": {path: map[string]string{"id": "1"}, body: `{"raw": "` + v.pack + `", "device": "gun", "seq": 1}`, refused: true},
		"undo-dock-scan": {path: map[string]string{"id": "1", "n": "1"}, refused: true}, "join-dock-document": {path: map[string]string{"id": "1"}, body: `{"document": 1}`, refused: true},
		"decide-dock": {path: map[string]string{"id": "1"}, body: `{"item": "` + v.pack + `", "what": "hold"}`, refused: true}, "finish-dock": {path: map[string]string{"id": "1"}, refused: true}, "check-dock-sellers": {path: map[string]string{"id": "1"}, refused: true},
		"list-shipments": {query: "partner=" + v.org}, "check-shipment": {body: `{"items": ["` + v.pack + `"], "to": "` + v.org + `"}`, refused: true}, "ship": {body: `{"items": ["` + v.pack + `"], "to": "` + v.org + `"}`, refused: true}, "get-shipment-file": id(v.shipment), "get-shipment": id(v.shipment),
		"list-permits": none, "permit-backup": {body: `{"surprise": 1}`, refused: true}, "end-permit": id(v.session),
		"list-own-passkeys": none, "end-own-passkey": {path: map[string]string{"key": v.session}, refused: true}, "list-passkeys": id(v.person),
		"end-passkey":   {path: map[string]string{"id": v.person, "key": v.session}, refused: true},
		"get-authority": {query: "partner=1&role=dispenser"}, "check-partner": {body: `{"partner": 1, "role": "dispenser"}`}, "get-partner-check": {path: map[string]string{"id": "1"}}, "list-licence-lists": none,
		"begin-licence-list-load": {query: "source=mine&as_of=2026-01-01", body: "mine", refused: true}, "get-licence-list-load": {path: map[string]string{"job": "1"}, refused: true},
		"pause-licence-list-load": {path: map[string]string{"job": "1"}, refused: true}, "resume-licence-list-load": {path: map[string]string{"job": "1"}, refused: true},
		"list-partner-standings": none, "list-partner-checks": {query: "partner=1"},
		"set-list-mapping": {body: `{"surprise": 1}`, refused: true}, "load-licence-list": {query: "source=mine&as_of=2026-01-01", body: "mine", refused: true}, "match-partner": {body: `{"surprise": 1}`, refused: true},
		"list-inlets": none, "list-parcels": none, "get-parcel": {path: map[string]string{"n": "1"}, refused: true}, "get-parcel-content": {path: map[string]string{"n": "1"}, refused: true}, "retry-parcel": {path: map[string]string{"n": "1"}, refused: true},
		"drop-parcel": {path: map[string]string{"n": "1"}, body: `{"reason": "none"}`, refused: true}, "finish-parcel": {path: map[string]string{"n": "1"}, body: `{"reason": "none"}`, refused: true},
		"send-parcel": {query: "partner=1&name=mine.xml", body: "<no/>", refused: true}, "send-shipment-document": {path: map[string]string{"id": v.shipment}, body: `{}`, refused: true},
		"deposit": {path: map[string]string{"name": "none", "file": "mine.xml"}, body: "<no/>", refused: true}, "get-deposit": {path: map[string]string{"name": "none", "id": v.shipment}, refused: true}, "list-inlet-files": {path: map[string]string{"name": "none"}, refused: true}, "run-inlet": {path: map[string]string{"name": "none"}, refused: true},
		"test-way": {body: `{"partner": "` + v.org + `"}`, refused: true}, "give-inlet-file": {path: map[string]string{"name": "none", "n": "1"}, body: `{"partner": "mine"}`, refused: true},
		"give-document": {path: map[string]string{"n": "1"}, body: `{"partner": "mine"}`, refused: true},
		"list-products": none, "get-product": {path: map[string]string{"product": "00399991123455"}}, "list-product-files": none, "list-duty-grounds": none, "list-product-conflicts": none,
		"get-product-load": {path: map[string]string{"job": "1"}, refused: true}, "pause-product-load": {path: map[string]string{"job": "1"}, refused: true}, "resume-product-load": {path: map[string]string{"job": "1"}, refused: true},
		"load-products": {query: "kind=own", body: "no list", refused: true}, "set-product": {path: map[string]string{"product": "00399991123455"}, body: `{"values": {"name": "mine"}}`},
		"set-product-duty": {body: `{"product": "00399991123455", "ground": "imaging", "why": "mine"}`}, "add-exempt-goods": {body: `{"items": ["` + v.pack + `"], "ground": "samples", "why": "mine"}`},
		"add-product-right": {body: `{"surprise": 1}`, refused: true}, "settle-product-conflict": {path: map[string]string{"n": "1"}, body: `{"choose": "a", "why": "none"}`, refused: true},
		"migrate-archive": {query: "name=mine.zip", body: "mine", refused: true}, "list-migrated-archives": none, "get-migrated-archive": {path: map[string]string{"job": "1"}, refused: true},
		"migrate-stock": {query: "name=mine.csv", body: "mine", refused: true}, "list-migrations": none, "get-migration": {path: map[string]string{"run": "1"}, refused: true},
		"list-migration-lines": {path: map[string]string{"run": "1"}, refused: true}, "get-migration-csv": {path: map[string]string{"run": "1"}, refused: true}, "pause-migration": {path: map[string]string{"run": "1"}, refused: true},
		"list-jobs": none, "get-job": {path: map[string]string{"id": "1"}}, "pause-job": {path: map[string]string{"id": "1"}, refused: true},
		"list-cases": {query: "org=" + v.org}, "get-case": {path: map[string]string{"id": v.caseID}, refused: true}, "get-case-letter": {path: map[string]string{"id": v.caseID}, refused: true},
		"draft-case-message": {path: map[string]string{"id": v.caseID}, refused: true}, "list-colleagues": none, "search-audit": none, "get-audit-head": none,
		"get-case-message": {path: map[string]string{"id": v.caseID, "message": v.caseID}, refused: true}, "open-case": {body: `{"scenario": "2.1A", "org": "` + v.org + `", "items": [{"gtin": "00399991123455"}]}`},
		"add-case-items": with(id(v.caseID), `{"items": [{"gtin": "00399991123455"}]}`), "assign-case": with(id(v.caseID), `{"owner": "me"}`), "add-case-evidence": with(id(v.caseID), `{"text": "mine"}`),
		"add-case-photo": {path: map[string]string{"id": v.caseID}, body: `{"text": "mine", "photo": "bWluZQ=="}`, refused: true}, "get-case-photo": {path: map[string]string{"id": v.caseID, "n": "1"}, refused: true},
		"set-case-pace": {body: `{"org": "` + v.org + `", "days": 5}`}, "tell-case": with(id(v.caseID), `{}`), "note-case-sent": with(id(v.caseID), `{"how": "mine"}`),
		"answer-case": with(id(v.caseID), `{"items": [{"accept": true}]}`), "read-case-message": {query: "org=" + v.org, body: "{}", refused: true}, "settle-case": with(id(v.caseID), `{"withdraw": "mine"}`),
		"escalate-case": with(id(v.caseID), `{"reason": "mine"}`), "clear-case": with(id(v.caseID), `{"reason": "mine", "read": 1}`),
		"check-file": {body: "<no/>"}, "hash-file": {body: "<no/>"}, "list-losses": {body: "<no/>", refused: true}, "convert-file": {body: "<no/>", refused: true}, "compare-files": {body: "mine", refused: true},
		"list-partners": none, "get-partner": {path: map[string]string{"id": "1"}}, "add-partner": {body: `{"name": "mine"}`}, "change-partner": {path: map[string]string{"id": "1"}, body: `{"name": "mine"}`},
		"set-partner-site":    {path: map[string]string{"id": "1"}, body: `{"surprise": 1}`, refused: true},
		"set-partner-contact": {path: map[string]string{"id": "1"}, body: `{"surprise": 1}`, refused: true},
		"set-partner-route":   {path: map[string]string{"id": "1"}, body: `{"surprise": 1}`, refused: true},
		"remove-partner-part": {path: map[string]string{"id": "1", "part": "sites", "name": "0614141000012"}, refused: true}, "remove-partner": {path: map[string]string{"id": "1"}},
		"prove-state": {path: map[string]string{"key": "0001"}}, "status": none, "list-validators": none, "get-network": none, "list-health": {refused: true}, "list-blocks": none, "get-block": {path: map[string]string{"height": "1"}}, "list-entries": none, "get-public-entry": id(v.shipment),
		"get-holding": {query: "id=" + item}, "get-behind-entry": {query: "entry=" + v.shipment}, "get-trace-events": {query: "id=" + item}, "trace": {query: "id=" + item}, "get-trust": none,
	}
}

// scriptReadAcross asks every operation and page with other organisations' tokens
// for what is one organisation's: read-across VICTIM OTHER PARTNER. The partner
// shipped to the victim, so it knows the goods, and nothing else.
func scriptReadAcross(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: read-across VICTIM OTHER PARTNER")
	}
	v := newVictim(ts, args[0])
	before := v.state()
	for i, dir := range args[1:] {
		other := newTenant(ts, dir)
		hidden := v.alone
		if i == 0 {
			hidden = append(slices.Clone(hidden), v.partners...)
		}
		for _, o := range scriptOperations(ts) {
			a, listed := v.attempts()[o.id]
			if !listed {
				ts.Fatalf("say in attempts how %s is asked for another organisation's things", o.id)
			}
			if (o.id == "take-backup" || o.id == "take-hosted-backup") && i == 1 {
				continue // the partner here is the node's owner, whose disk it is
			}
			other.try(o, a, hidden, i == 0)
		}
		for _, page := range []string{"/", "/?id=" + url.QueryEscape(v.pack), "/prove?id=" + url.QueryEscape(v.pack), "/metrics"} {
			_, answer := other.ask("GET", page, "", nil)
			other.sees("GET "+page, strings.ReplaceAll(string(answer), url.QueryEscape(v.pack), ""), hidden)
		}
	}
	if diff := cmp.Diff(before, v.state()); diff != "" {
		ts.Fatalf("others changed what is %s's:\n%s", v.org, diff)
	}
}

// try makes one attempt. Only for the stranger are the refusals counted: the
// partner's own shipment has the same id.
func (a tenantAsker) try(o operationRoute, with attempt, hidden []string, stranger bool) {
	path := o.path
	for name, value := range with.path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	if with.query != "" {
		path += "?" + with.query
	}
	status, answer := a.ask(strings.ToUpper(o.method), path, o.mediaType, []byte(with.body))
	if status >= 500 && o.id != "prove-state" || with.refused && stranger && status < 400 {
		a.ts.Fatalf("%s: %s %s is answered with %d: %s", a.org, o.method, path, status, answer)
	}
	asked := string(answer)
	for _, value := range with.path { // an answer may say again what was asked for
		asked = strings.ReplaceAll(asked, value, "")
	}
	a.sees(o.id, asked, hidden)
}

func (a tenantAsker) sees(what, answer string, hidden []string) {
	for _, text := range hidden {
		if strings.Contains(answer, text) {
			a.ts.Fatalf("%s sees %q in %s: %s", a.org, text, what, answer)
		}
	}
}

// operationRoute is one route of the OpenAPI document.
type operationRoute struct{ id, method, path, mediaType string }

func scriptOperations(ts *testscript.TestScript) []operationRoute {
	raw, err := os.ReadFile("../../schema/openapi.json")
	ts.Check(err)
	var doc struct {
		Paths map[string]map[string]struct {
			ID   string `json:"operationId"`
			Body struct {
				Content map[string]any `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
	}
	ts.Check(json.Unmarshal(raw, &doc))
	var list []operationRoute
	for path, methods := range doc.Paths {
		for method, o := range methods {
			r := operationRoute{id: o.ID, method: method, path: path}
			for mediaType := range o.Body.Content {
				r.mediaType = mediaType
			}
			list = append(list, r)
		}
	}
	// Afterwards these tell what the caller itself has asked for.
	early := []string{"export-organisation", "read-audit", "search-audit", "list-signatures", "list-approvals"}
	slices.SortFunc(list, func(a, b operationRoute) int {
		if in := slices.Contains(early, a.id); in != slices.Contains(early, b.id) {
			return map[bool]int{true: -1, false: 1}[in]
		}
		return strings.Compare(a.id, b.id)
	})
	return list
}
