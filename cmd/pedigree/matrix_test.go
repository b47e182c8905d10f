package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/internal/auth"
	"pedigree/internal/freeport"
)

// matrixPersonMost is how many requests one person of the matrix makes: fewer than the
// rate of refusals lets through.
const matrixPersonMost = 40

// cell is one route with what a principal must have for it.
type cell struct {
	method, path string
	needs        auth.Permission
}

var parameter = regexp.MustCompile(`\{[^}]+\}`)

// cells are all routes of the program, each act and role by itself, and its pages.
func cells(t *testing.T, pages map[string]auth.Permission) []cell {
	t.Helper()
	var list []cell
	for _, o := range guardedOperations(t) {
		method := strings.ToUpper(o.method)
		fill := func(last string) string {
			all := parameter.FindAllString(o.path, -1)
			n := 0
			return parameter.ReplaceAllStringFunc(o.path, func(string) string {
				if n++; n == len(all) {
					return last
				}
				return "x"
			})
		}
		list = append(list, cell{method, fill("x"), o.permission})
		for value, finer := range o.by {
			list = append(list, cell{method, fill(value), finer})
		}
	}
	for pattern, needs := range pages {
		method, path, _ := strings.Cut(pattern, " ")
		list = append(list, cell{method, parameter.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x"), needs})
	}
	if len(list) < 40 {
		t.Fatalf("the matrix has only %d routes", len(list))
	}
	return list
}

// matrixAsker makes requests as one kind of principal. It is a new one ever so often.
type matrixAsker struct {
	*testing.T
	r    *running
	made int
	next func() func(*http.Request)
	set  func(*http.Request)
}

func (a *matrixAsker) ask(c cell) (status int, code string) {
	a.Helper()
	if a.made%matrixPersonMost == 0 {
		a.set = a.next()
	}
	a.made++
	body := "{}"
	if c.method == http.MethodGet {
		body = ""
	}
	r, err := http.NewRequestWithContext(a.Context(), c.method, a.r.server.URL()+c.path, strings.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	a.set(r)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		a.Fatalf("%s %s: %v", c.method, c.path, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil {
		a.Fatal(err)
	}
	var p struct {
		Code string `json:"code"`
	}
	if res.StatusCode >= http.StatusBadRequest {
		_ = json.Unmarshal(answer, &p) // a page answers with text
	}
	return res.StatusCode, p.Code
}

// matrixPerson returns what signs a request as a new person with a role.
func matrixPerson(t *testing.T, a *auth.Access, org string, roles ...auth.Role) func() func(*http.Request) {
	return func() func(*http.Request) {
		t.Helper()
		ctx := context.WithoutCancel(t.Context())
		u, err := a.AddPerson(ctx, org, "Pat Example")
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range roles {
			if err := a.Grant(ctx, auth.OwnerOf(org), u.ID, role); err != nil {
				t.Fatal(err)
			}
		}
		secret, _, err := a.SignIn(ctx, auth.New(u.ID, u.Name, auth.Person, org), auth.MethodPasskey)
		if err != nil {
			t.Fatal(err)
		}
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: matrixCookie, Value: secret}) }
	}
}

// matrixMachine returns what signs a request as a new machine with a role.
func matrixMachine(t *testing.T, a *auth.Access, org string, role auth.Role) func() func(*http.Request) {
	return func() func(*http.Request) {
		t.Helper()
		secret, _, err := a.CreateAPIKey(context.WithoutCancel(t.Context()), auth.OwnerOf(org), string(role), []auth.Role{role}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
	}
}

// matrixCookie is the name of the node's session cookie, as it sets it.
var matrixCookie string

// TestEveryRoleIsAnsweredWhatItsPermissionsSay asks every route as every role, over
// HTTP, of the own and of another organisation. What is allowed goes on to the route,
// which may find fault with the empty request; what is not is denied before it.
func TestEveryRoleIsAnsweredWhatItsPermissionsSay(t *testing.T) {
	r := matrixNode(t)
	list := cells(t, r.server.Pages())
	asked := 0
	for _, role := range auth.Roles() {
		askers := map[string]*matrixAsker{"a person": {T: t, r: r, next: matrixPerson(t, r.access, "maker", role.Role)}}
		if !role.Power {
			askers["a machine"] = &matrixAsker{T: t, r: r, next: matrixMachine(t, r.access, "maker", role.Role)}
		}
		for kind, a := range askers {
			for _, c := range list {
				allowed := c.needs == auth.OwnSession || slices.Contains(role.Permissions, c.needs)
				status, code := a.ask(c)
				denied := status == http.StatusForbidden && code == "access/denied"
				if asked++; denied == allowed || status == http.StatusUnauthorized || status == http.StatusTooManyRequests {
					t.Errorf("%s with the role %s asks %s %s, which needs %s: %d %s", kind, role.Role, c.method, c.path, c.needs, status, code)
				}
			}
		}
	}
	nobody := &matrixAsker{T: t, r: r, next: matrixPerson(t, r.access, "maker")}
	for _, c := range list {
		status, code := nobody.ask(c)
		if asked++; c.needs != auth.OwnSession && (status != http.StatusForbidden || code != "access/denied") {
			t.Errorf("a person without a role asks %s %s: %d %s", c.method, c.path, status, code)
		}
	}
	t.Logf("%d requests to %d routes", asked, len(list))
}

func TestAPrincipalOfAnotherOrganisationIsAnsweredNothing(t *testing.T) {
	r := matrixNode(t)
	var all []auth.Role
	for _, role := range auth.Roles() {
		all = append(all, role.Role)
	}
	strange := auth.NewAccess(r.desk.vault, time.Now) // rows in the node's store of one that it does not host
	for name, a := range map[string]*matrixAsker{
		"a person with every role": {T: t, r: r, next: matrixPerson(t, strange, "other", all...)},
		"a machine":                {T: t, r: r, next: matrixMachine(t, strange, "other", auth.Pharmacist)},
	} {
		for _, c := range cells(t, r.server.Pages()) {
			if status, _ := a.ask(c); status < http.StatusBadRequest {
				t.Errorf("%s of another organisation asks %s %s: %d", name, c.method, c.path, status)
			}
		}
	}
}

// matrixNode is a running node of one organisation.
func matrixNode(t *testing.T) *running {
	t.Helper()
	d := drill{T: t, dir: t.TempDir()}
	d.home = filepath.Join(d.dir, "node")
	var addresses [2]string
	for i := range addresses {
		var err error
		if addresses[i], err = freeport.Address(); err != nil {
			t.Fatal(err)
		}
	}
	d.verb("init", "--org", "maker", "--name", "Maker (test)", "--role", "manufacturer", "--prefix", "0399991", "--alone", "--p2p", addresses[0], "--listen", addresses[1])
	r, err := (&cli{out: silentOutput(), home: d.home}).startNode(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
	d.untilReady(r)
	token, err := home{d.home}.accessToken()
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", r.server.URL()+"/login?token="+token, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if len(res.Cookies()) != 1 {
		t.Fatalf("signing in is answered %d with %d cookies", res.StatusCode, len(res.Cookies()))
	}
	matrixCookie = res.Cookies()[0].Name
	return r
}

// untilReady waits until a node takes work.
func (d drill) untilReady(r *running) {
	d.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.Context()), nodeWait)
	defer cancel()
	for r.ready() != nil {
		select {
		case <-ctx.Done():
			d.Fatal(r.ready())
		case <-time.After(10 * time.Millisecond):
		}
	}
}
