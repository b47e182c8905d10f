package partnerview

import (
	"database/sql"
	"fmt"
	"testing"

	"pedigree/domain/org"
	"pedigree/format/gs1"
	"pedigree/format/register"
	"pedigree/proof"
)

// standing is what a partner's standing says of it in a role at the dock.
func (w world) standing(t *testing.T, p Partner, role uint64) Authority {
	t.Helper()
	if _, err := w.Change(t.Context(), p.ID, func(p *Partner) error { p.Roles |= org.Roles(role); return nil }); err != nil {
		t.Fatal(err)
	}
	list, err := w.StandingsOf(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if uint64(s.Role) == role && s.GLN == glnDock && s.Partner == p.ID {
			return s.Authority
		}
	}
	t.Fatalf("no standing of role %d among %+v", role, list)
	return Authority{}
}

func TestAStandingKeepsNothingAndSeesTheLedgerAsItIs(t *testing.T) {
	w, l := newLedgerWorld(t)
	p := w.add(t, Partner{Name: "P", Org: "partner", Sites: []Site{dock("Springfield")}})
	l.members["partner"] = member(proof.RoleDispenser, proof.Licence{Place: "US-IL", Number: "L-1", FromDay: day("2026-03-01"), ToDay: day("2026-03-31")})
	word := func(want string) {
		t.Helper()
		list, err := w.StandingsOf(t.Context(), p.ID)
		if err != nil || len(list) != 1 || list[0].Authority.Word != want || uint64(list[0].Role) != proof.RoleDispenser {
			t.Errorf("its standings are %+v, %v; want one of the ledger's role, %s", list, err, want)
		}
	}
	word(Authorised)
	suspendedMember := l.members["partner"]
	suspendedMember.Standing = proof.MemberSuspended
	l.members["partner"] = suspendedMember
	word(NotAuthorised)
	w.view(t, func(tx *sql.Tx) error {
		var kept int
		err := tx.QueryRow(`SELECT (SELECT COUNT(*) FROM partner_check) + (SELECT COUNT(*) FROM partner_standing)`).Scan(&kept)
		if kept != 0 {
			t.Errorf("%d rows were kept", kept)
		}
		return err
	})
}

func TestStandingsOfABookEndAtTheirLimit(t *testing.T) {
	w := newWorld(t)
	every := org.Roles(proof.RoleManufacturer | proof.RoleRepackager | proof.RoleWholesaler | proof.RoleThirdPartyLogistics | proof.RoleDispenser)
	n := 0
	for range standingsMax / sitesMax / 5 {
		p := Partner{Name: "P", Roles: every}
		for range sitesMax {
			p.Sites = append(p.Sites, Site{GLN: glnOf(t, n)})
			n++
		}
		w.add(t, p)
	}
	for range 2 {
		list, err := w.Standings(t.Context())
		if err != nil || len(list) != standingsMax || list[0].Authority.Grounds != nil {
			t.Fatalf("%d standings, %v", len(list), err)
		}
		w.add(t, Partner{Name: "One more", Roles: every})
	}
}

// glnOf is the nth of some GLNs.
func glnOf(t *testing.T, n int) string {
	t.Helper()
	body := fmt.Sprintf("0614141%05d", n)
	digit, err := gs1.CheckDigit(body)
	if err != nil {
		t.Fatal(err)
	}
	return body + string(digit)
}

func TestChecksOfAPartnerAreOfWhomHadTheGLNThen(t *testing.T) {
	w, _ := newLedgerWorld(t)
	board := mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true)
	w.load(t, board, "2026-03-04", "K-1,,,active,")
	first := w.matched(t, "First", "board-us-il")
	ask := func(q Query) {
		t.Helper()
		q.Role = proof.RoleDispenser
		if _, err := w.CheckNow(t.Context(), q, "order 7"); err != nil {
			t.Fatal(err)
		}
	}
	ask(Query{GLN: glnDock})
	ask(Query{Org: "partner"})
	ask(Query{Partner: first.ID, GLN: glnDock})
	if err := w.Remove(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	second := w.add(t, Partner{Name: "Second", Sites: []Site{dock("Peoria")}})
	ask(Query{GLN: glnDock})
	for id, want := range map[int64][]int64{first.ID: {3, 2, 1}, second.ID: {4}, second.ID + 1: nil} {
		list, err := w.Checks(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, k := range list {
			got = append(got, k.ID)
			if k.Why != "order 7" || uint64(k.Role) != proof.RoleDispenser || k.Authority.Text == "" {
				t.Errorf("check %d is %+v", k.ID, k)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("partner %d has the checks %v; want %v", id, got, want)
		}
	}
}

func TestChecksOfAPartnerEndAtTheirLimit(t *testing.T) {
	w := newWorld(t)
	p := w.add(t, Partner{Name: "P"})
	for range checksListed + 1 {
		if _, err := w.CheckNow(t.Context(), Query{Partner: p.ID, Role: proof.RoleDispenser}, ""); err != nil {
			t.Fatal(err)
		}
	}
	list, err := w.Checks(t.Context(), p.ID)
	if err != nil || len(list) != checksListed || list[0].ID != checksListed+1 {
		t.Errorf("%d checks, %v", len(list), err)
	}
}
