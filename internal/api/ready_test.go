package api

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestANodeThatIsNotReadyReadsAndTakesNoWork(t *testing.T) {
	var ready error
	s := serve(t, Config{Ready: func() error { return ready }}, &testLedger{})
	local := serve(t, Config{Ready: func() error { return ready }, Local: []string{"note"}}, &testLedger{})
	for _, now := range []error{nil, errors.New("the node is catching up"), nil} {
		ready = now
		res, body := ask(t, s, "GET", "/readyz", "", nil)
		if got := strings.TrimSpace(string(body)); now == nil && (res.StatusCode != 200 || got != "ok") || now != nil && (res.StatusCode != 503 || got != now.Error()) {
			t.Errorf("readiness with %v: %d %s", now, res.StatusCode, got)
		}
		for _, path := range []string{"/livez", "/api/v1/status"} {
			if res, body := ask(t, s, "GET", path, "", nil); res.StatusCode != 200 {
				t.Errorf("%s with %v: %d %s", path, now, res.StatusCode, body)
			}
		}
		if res, body := ask(t, local, "POST", "/api/v1/notes", `{"text":"x"}`, nil); res.StatusCode != 200 {
			t.Errorf("what needs no ledger, with %v: %d %s", now, res.StatusCode, body)
		}
		res, body = ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, nil)
		if now == nil {
			if res.StatusCode != 200 {
				t.Errorf("a write to a ready node: %d %s", res.StatusCode, body)
			}
			continue
		}
		p := problemOf(t, res, body)
		if p.Status != 503 || p.Code != "node/not-ready" || p.Kind != "unavailable" || p.Hint == "" || !strings.Contains(p.Detail, now.Error()) {
			t.Errorf("a write to a node that is not ready: %+v", p)
		}
	}
}

func TestANodeThatHearsNobodyRefusesWhatWouldWaitForTheLedger(t *testing.T) {
	var hears error
	c := Config{Hears: func(context.Context) error { return hears }}
	local := serve(t, c, &testLedger{})
	c.Ledgered = []string{"note"}
	s := serve(t, c, &testLedger{})
	for _, now := range []error{nil, errors.New("it is connected to no other node"), nil} {
		hears = now
		if res, body := ask(t, local, "POST", "/api/v1/notes", `{"text":"x"}`, nil); res.StatusCode != 200 {
			t.Errorf("what needs no ledger, with %v: %d %s", now, res.StatusCode, body)
		}
		if res, body := ask(t, s, "GET", "/readyz", "", nil); res.StatusCode != 200 {
			t.Errorf("readiness with %v: %d %s", now, res.StatusCode, body)
		}
		res, body := ask(t, s, "POST", "/api/v1/notes", `{"text":"x"}`, nil)
		if now == nil {
			if res.StatusCode != 200 {
				t.Errorf("a write to a node that hears others: %d %s", res.StatusCode, body)
			}
			continue
		}
		p := problemOf(t, res, body)
		if p.Status != 503 || p.Code != "node/unheard" || p.Kind != "unavailable" || p.Hint == "" || !strings.Contains(p.Detail, now.Error()) {
			t.Errorf("a write to a node that hears nobody: %+v", p)
		}
	}
}
