package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"pedigree/internal/auth"
	"pedigree/internal/auth/authtest"
)

// someone is a person at a browser, with a passkey and a session.
type someone struct {
	*testing.T
	s      *Server
	pass   *authtest.Authenticator
	cookie *http.Cookie
	id     string
}

func newSomeone(t *testing.T, s *Server, name string, roles ...auth.Role) *someone {
	t.Helper()
	a, cookie, id := registered(t, s, name, roles...)
	return &someone{t, s, a, cookie, id}
}

func (p *someone) ask(method, path, body string, headers ...string) (*http.Response, []byte) {
	p.Helper()
	return ask(p.T, p.s, method, path, body, func(r *http.Request) {
		withCookie(p.cookie)(r)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
	})
}

// sign signs the record that an answer wants and returns the signature's id.
func (p *someone) sign(want string) string {
	p.Helper()
	res, b := p.ask("POST", "/api/v1/signatures/begin", `{"record":"`+want+`"}`)
	begun := readJSON[struct {
		begunAssertion
		Record auth.Record `json:"record"`
	}](p.T, res, b)
	in, err := json.Marshal(map[string]any{"ceremony": begun.Ceremony, "answer": json.RawMessage(p.pass.Get(&begun.Options))})
	if err != nil {
		p.Fatal(err)
	}
	res, b = p.ask("POST", "/api/v1/signatures", string(in))
	return readJSON[auth.Signature](p.T, res, b).ID
}

// do sends an act, signs it when that is wanted, and sends it again.
func (p *someone) do(method, path, body string) (*http.Response, []byte) {
	p.Helper()
	res, b := p.ask(method, path, body)
	if res.StatusCode != http.StatusPreconditionRequired {
		return res, b
	}
	return p.ask(method, path, body, signatureHeader, p.sign(res.Header.Get(wantHeader)))
}

func (p *someone) approve(id string) (*http.Response, []byte) {
	p.Helper()
	list, err := p.s.config.Access.PendingActs(p.Context(), "maker", id)
	if err != nil {
		p.Fatal(err)
	}
	return p.do("POST", "/api/v1/approvals/"+id, `{"hash":"`+list[0].Hash+`"}`)
}

func TestAnActIsSignedByWhoDoesIt(t *testing.T) {
	s := servePasskeys(t, Config{})
	pat, sam := newSomeone(t, s, "Pat Example", auth.Signer), newSomeone(t, s, "Sam Example", auth.Signer)
	res, b := pat.ask("POST", "/api/v1/notes", `{"text":"x"}`)
	if p := problemOf(t, res, b); res.StatusCode != http.StatusPreconditionRequired || p.Code != codeUnsigned {
		t.Fatalf("answered %d: %s", res.StatusCode, b)
	}
	want := res.Header.Get(wantHeader)
	if res, _ := sam.ask("POST", "/api/v1/signatures/begin", `{"record":"`+want+`"}`); res.StatusCode != http.StatusNotFound {
		t.Errorf("another person begins to sign it: %d", res.StatusCode)
	}
	res, _ = pat.ask("POST", "/api/v1/notes", `{"text":"x"}`)
	signature := pat.sign(res.Header.Get(wantHeader))
	for name, c := range map[string]struct {
		who        *someone
		path, body string
	}{
		"another content":        {pat, "/api/v1/notes", `{"text":"y"}`},
		"another query":          {pat, "/api/v1/notes?x=1", `{"text":"x"}`},
		"another person's act":   {sam, "/api/v1/notes", `{"text":"x"}`},
		"another spelling of it": {pat, "/api/v1/notes", `{ "text":"x"}`},
	} {
		if res, _ := c.who.ask("POST", c.path, c.body, signatureHeader, signature); res.StatusCode != http.StatusPreconditionRequired {
			t.Errorf("the signature stands for %s: %d", name, res.StatusCode)
		}
	}
	if res, b := pat.ask("POST", "/api/v1/notes", `{"text":"x"}`, signatureHeader, signature); res.StatusCode != http.StatusOK {
		t.Fatalf("the signed act is answered %d: %s", res.StatusCode, b)
	}
	if res, _ := pat.ask("POST", "/api/v1/notes", `{"text":"x"}`, signatureHeader, signature); res.StatusCode != http.StatusPreconditionRequired {
		t.Errorf("the signature stands for it twice: %d", res.StatusCode)
	}
	res, b = ask(t, s, "GET", "/api/v1/signatures/"+signature, "", nil)
	got := readJSON[auth.Signature](t, res, b)
	if got.Record.Name != "Pat Example" || got.Record.Meaning != "responsibility" || got.Record.Object != "POST /api/v1/notes" || got.Method != auth.MethodPasskey || got.Check != "right" || got.At.IsZero() {
		t.Errorf("the signature is %+v", got)
	}
}

func TestTheOwnerAloneActsAloneUntilSomebodyElseCouldBeTheSecond(t *testing.T) {
	s := servePasskeys(t, Config{})
	id, _ := invitedPerson(t, s, "Pat Example") // an invitation needs two persons, when there are two
	if res, b := ask(t, s, "PUT", "/api/v1/people/"+id+"/roles/admin", "", nil); res.StatusCode != http.StatusNoContent {
		t.Fatalf("the first administrator is made: %d %s", res.StatusCode, b)
	}
	newSomeone(t, s, "Sam Example", auth.Clerk)
	if res, b := ask(t, s, "POST", "/api/v1/people/"+id+"/invitation", "", nil); res.StatusCode != http.StatusOK {
		t.Fatalf("a clerk is no second: %d %s", res.StatusCode, b)
	}
	newSomeone(t, s, "Kim Example", auth.Admin)
	if res, b := ask(t, s, "PUT", "/api/v1/people/"+id+"/roles/governance", "", nil); res.StatusCode != http.StatusAccepted || res.Header.Get(pendingHeader) == "" {
		t.Errorf("with an administrator there is a second: %d %s", res.StatusCode, b)
	}
	if res, b := ask(t, s, "PUT", "/api/v1/people/"+id+"/roles/clerk", "", nil); res.StatusCode != http.StatusAccepted && res.StatusCode != http.StatusNoContent {
		t.Errorf("a role without power: %d %s", res.StatusCode, b)
	}
}

func TestAnActOfTwoPersonsIsDoneWhenTheSecondApproves(t *testing.T) {
	s := servePasskeys(t, Config{})
	target, _ := invitedPerson(t, s, "Lee Example")
	clerk := newSomeone(t, s, "Sam Example", auth.Clerk)
	pat := newSomeone(t, s, "Pat Example", auth.Admin)
	kim := secondAdmin(t, s, pat)
	res, b := pat.do("PUT", "/api/v1/people/"+target+"/roles/governance", "")
	id := res.Header.Get(pendingHeader)
	if res.StatusCode != http.StatusAccepted || id == "" {
		t.Fatalf("answered %d: %s", res.StatusCode, b)
	}
	has := func() bool {
		u, err := s.config.Access.Person(t.Context(), "maker", target)
		if err != nil {
			t.Fatal(err)
		}
		return len(u.Roles) == 1
	}
	if res, _ := pat.approve(id); res.StatusCode != http.StatusForbidden || has() {
		t.Errorf("who asked approves: %d", res.StatusCode)
	}
	if res, _ := clerk.approve(id); res.StatusCode != http.StatusForbidden || has() {
		t.Errorf("who lacks the permission approves: %d", res.StatusCode)
	}
	if res, _ := kim.do("POST", "/api/v1/approvals/"+id, `{"hash":"`+strings.Repeat("0", 64)+`"}`); res.StatusCode != http.StatusConflict || has() {
		t.Errorf("another act is approved: %d", res.StatusCode)
	}
	if res, b := kim.approve(id); res.StatusCode != http.StatusNoContent || !has() {
		t.Fatalf("the second approves: %d %s", res.StatusCode, b)
	}
	if res, _ := kim.approve(id); res.StatusCode != http.StatusConflict {
		t.Errorf("it is approved twice: %d", res.StatusCode)
	}
	lines, err := s.config.Access.Audit(t.Context(), "maker", 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	done := false
	for _, l := range lines {
		done = done || l.Act == "grant-role" && l.Who == pat.id && l.Outcome == "done: 204, approved by "+kim.id
	}
	if !done {
		t.Errorf("the trail does not tell who approved it: %+v", lines)
	}
	// Both have signed.
	signatures, err := s.config.Access.Signatures(t.Context(), "maker", "")
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]bool{}
	for _, g := range signatures {
		by[g.Record.Signer] = true
	}
	if !by[pat.id] || !by[kim.id] {
		t.Errorf("signed by %v", by)
	}
}

// secondAdmin makes another administrator, with the owner as the second person.
func secondAdmin(t *testing.T, s *Server, pat *someone) *someone {
	t.Helper()
	res, b := ask(t, s, "POST", "/api/v1/people", `{"name":"Kim Example"}`, nil)
	id := readJSON[auth.User](t, res, b).ID
	res, b = ask(t, s, "PUT", "/api/v1/people/"+id+"/roles/admin", "", nil)
	if res, b = pat.approve(pendingOf(t, res, b)); res.StatusCode != http.StatusNoContent {
		t.Fatalf("%d: %s", res.StatusCode, b)
	}
	res, b = ask(t, s, "POST", "/api/v1/people/"+id+"/invitation", "", nil)
	res, b = pat.approve(pendingOf(t, res, b))
	_, secret, _ := strings.Cut(readJSON[struct{ Link string }](t, res, b).Link, "#")
	a := authtest.NewAuthenticator(t, testOrigin)
	_, begun := step[begunCreation](t, s, "/invitation/begin", map[string]any{"invitation": secret})
	res, _ = step[map[string]string](t, s, "/invitation/finish", map[string]any{"ceremony": begun.Ceremony, "name": "phone", "answer": json.RawMessage(a.Create(&begun.Options))})
	return &someone{t, s, a, res.Cookies()[0], id}
}

func pendingOf(t *testing.T, res *http.Response, b []byte) string {
	t.Helper()
	id := res.Header.Get(pendingHeader)
	if res.StatusCode != http.StatusAccepted || id == "" {
		t.Fatalf("answered %d: %s", res.StatusCode, b)
	}
	return id
}

func TestARefusedActAndOneOfARemovedPersonAreNotDone(t *testing.T) {
	s := servePasskeys(t, Config{})
	target, _ := invitedPerson(t, s, "Lee Example")
	pat := newSomeone(t, s, "Pat Example", auth.Admin)
	ask2 := func() string {
		res, b := pat.do("PUT", "/api/v1/people/"+target+"/roles/governance", "")
		return pendingOf(t, res, b)
	}
	approveAsOwner := func(id string) int {
		list, err := s.config.Access.PendingActs(t.Context(), "maker", id)
		if err != nil {
			t.Fatal(err)
		}
		res, _ := ask(t, s, "POST", "/api/v1/approvals/"+id, `{"hash":"`+list[0].Hash+`"}`, nil)
		return res.StatusCode
	}
	refused := ask2()
	if res, b := pat.do("DELETE", "/api/v1/approvals/"+refused, ""); res.StatusCode != http.StatusNoContent {
		t.Fatalf("taking it back is answered %d: %s", res.StatusCode, b)
	}
	if got := approveAsOwner(refused); got != http.StatusConflict {
		t.Errorf("a refused act is approved: %d", got)
	}
	lost := ask2()
	if err := s.config.Access.Withdraw(t.Context(), "maker", pat.id, auth.Admin); err != nil {
		t.Fatal(err)
	}
	if got := approveAsOwner(lost); got != http.StatusForbidden {
		t.Errorf("an act of who lost the role is done: %d", got)
	}
	if u, err := s.config.Access.Person(t.Context(), "maker", target); err != nil || len(u.Roles) != 0 {
		t.Errorf("the target is %+v, %v", u, err)
	}
}

func TestWithTwoPersonsAlwaysTheOwnerWaitsForASecond(t *testing.T) {
	s := servePasskeys(t, Config{TwoPersons: true})
	addGovern(s)
	if res, b := ask(t, s, "POST", "/api/v1/votes", "", nil); res.StatusCode != http.StatusAccepted {
		t.Errorf("answered %d: %s", res.StatusCode, b)
	}
	newSomeone(t, s, "Pat Example", auth.Admin) // the first administrator is made by one
	free := servePasskeys(t, Config{})
	addGovern(free)
	if res, b := ask(t, free, "POST", "/api/v1/votes", "", nil); res.StatusCode != http.StatusOK {
		t.Errorf("without it the owner alone is answered %d: %s", res.StatusCode, b)
	}
}
