package api

import (
	"net/http"
	"strings"
	"testing"

	"pedigree/internal/auth"
)

func TestOnlyADemonstrationLetsSomebodyInByALink(t *testing.T) {
	a := testAccess(t)
	pat, err := a.AddPerson(t.Context(), "maker", "Pharmacist (demonstration)")
	if err == nil {
		err = a.Grant(t.Context(), auth.OwnerOf("maker"), pat.ID, auth.Pharmacist)
	}
	if err != nil {
		t.Fatal(err)
	}
	people := []DemoPerson{
		{Key: "key-of-pat", ID: pat.ID, Role: "Pharmacist", First: "Look at <it>.", At: "/console/"},
		{Key: "key-of-owner", Role: "Owner"},
		{Key: "key-of-nobody", ID: "0000000000000000", Role: "Nobody"},
		{Key: "key-elsewhere", Role: "Clerk", Elsewhere: "http://127.0.0.1:8481"},
	}
	s := serveAccess(t, Config{Access: a, Demo: func() []DemoPerson { return people }})
	stranger := func(r *http.Request) { r.Header.Del("Authorization") }
	as := func(key string) (string, Me) {
		t.Helper()
		res, body := ask(t, s, "GET", "/login?person="+key, "", stranger)
		if len(res.Cookies()) == 0 {
			return string(body), Me{}
		}
		got, answer := ask(t, s, "GET", "/api/v1/me", "", withCookie(res.Cookies()[0]))
		return string(body), readJSON[Me](t, got, answer)
	}
	if page, me := as("key-of-pat"); me.ID != pat.ID || me.Kind != auth.Person || !strings.Contains(page, `url=/console/"`) {
		t.Errorf("the pharmacist's link signs in %+v: %s", me, page)
	}
	if _, me := as("key-of-owner"); me.Kind != auth.Owner || me.Org != "maker" {
		t.Errorf("the owner's link signs in %+v", me)
	}
	for _, key := range []string{"key-of-nobody", "key-elsewhere", "key-of-pa", "x"} {
		if page, me := as(key); me.ID != "" || !strings.Contains(page, "no demonstration here with this link") {
			t.Errorf("%q signs in %+v: %s", key, me, page)
		}
	}
	_, page := ask(t, s, "GET", "/login", "", stranger)
	for _, want := range []string{"nothing here is real", `href="/login?person=key-of-pat&amp;next=`, `href="http://127.0.0.1:8481/login?person=key-elsewhere"`, "Look at &lt;it&gt;."} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page of signing in lacks %q: %s", want, page)
		}
	}
	res, body := ask(t, s, "GET", "/api/v1/status", "", nil)
	if !readJSON[Status](t, res, body).Demo {
		t.Error("the status does not say that nothing is real")
	}
	people = nil // it is over
	if _, me := as("key-of-pat"); me.ID != "" {
		t.Errorf("after the demonstration its link signs in %+v", me)
	}

	real := serveAccess(t, Config{Access: a})
	res, body = ask(t, real, "GET", "/login?person=key-of-owner", "", stranger)
	if res.StatusCode != http.StatusUnauthorized || len(res.Cookies()) != 0 {
		t.Errorf("a real node lets somebody in by a link: %d %s", res.StatusCode, body)
	}
	if res, body := ask(t, real, "GET", "/api/v1/status", "", nil); readJSON[Status](t, res, body).Demo {
		t.Error("a real node calls itself a demonstration")
	}
}

func TestTheAuditTrailSaysHowFarTheLedgerVouchesForIt(t *testing.T) {
	a := testAccess(t)
	for range 3 {
		if err := a.Record(t.Context(), "maker", "pat", "ship", "/", "done: 200"); err != nil {
			t.Fatal(err)
		}
	}
	_, root, err := a.AuditHead(t.Context(), "maker")
	if err != nil {
		t.Fatal(err)
	}
	anchored := root
	s := serveAccess(t, Config{Access: a, Anchored: func(string) (string, error) { return anchored, nil }})
	head := func() AuditState {
		t.Helper()
		res, body := ask(t, s, "GET", "/api/v1/audit/head", "", nil)
		return readJSON[AuditState](t, res, body)
	}
	if got := head(); got.Lines != 3 || got.Anchored != 3 || got.Hash != root || got.Lost {
		t.Errorf("anchored at its end: %+v", got)
	}
	if err := a.Record(t.Context(), "maker", "pat", "receive", "/", "done: 200"); err != nil {
		t.Fatal(err)
	}
	if got := head(); got.Lines != 4 || got.Anchored != 3 || got.Lost {
		t.Errorf("a line later: %+v", got)
	}
	if anchored = ""; head().Anchored != 0 || head().Lost {
		t.Errorf("before anything is on the ledger: %+v", head())
	}
	if anchored = strings.Repeat("0", 64); !head().Lost {
		t.Errorf("the ledger knows another trail: %+v", head())
	}
	res, body := ask(t, s, "GET", "/api/v1/audit/lines?act=receive&limit=1", "", nil)
	if lines := readJSON[[]auth.AuditLine](t, res, body); len(lines) != 1 || lines[0].Seq != 4 {
		t.Errorf("found are %+v", lines)
	}
}

func TestADrillIsSaidToAll(t *testing.T) {
	for _, drill := range []bool{true, false} {
		s := serveAccess(t, Config{Access: testAccess(t), Drill: drill})
		res, body := ask(t, s, "GET", "/api/v1/me", "", nil)
		if me := readJSON[Me](t, res, body); me.Drill != drill {
			t.Errorf("who is signed in is told %v, want %v", me.Drill, drill)
		}
		res, body = ask(t, s, "GET", "/api/v1/status", "", nil)
		if st := readJSON[Status](t, res, body); st.Drill != drill {
			t.Errorf("the status says %v, want %v", st.Drill, drill)
		}
		_, page := ask(t, s, "GET", "/login", "", func(r *http.Request) { r.Header.Del("Authorization") })
		if strings.Contains(string(page), "Drill: this network is for practice") != drill {
			t.Errorf("with drill %v the page of signing in says otherwise", drill)
		}
	}
}
