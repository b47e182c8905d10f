package partnerview

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pedigree/format/register"
	"pedigree/proof"
)

// ledgerOf is a ledger whose members tests write.
type ledgerOf struct {
	members map[string]proof.Member
	height  uint64
	clock   *clock
}

func (l *ledgerOf) Member(org string) (proof.Member, bool, error) {
	m, found := l.members[org]
	return m, found, nil
}

func (l *ledgerOf) Status() (height, blockTime uint64) { return l.height, uint64(l.clock.at.Unix()) }

func newLedgerWorld(t testing.TB) (world, *ledgerOf) {
	l := &ledgerOf{members: map[string]proof.Member{}, height: 7}
	w := worldWith(t, Config{Registry: l})
	l.clock = w.clock
	return w, l
}

func day(text string) uint64 {
	d, err := dayOf(text)
	if err != nil {
		panic(err)
	}
	return uint64(d)
}

func member(role uint64, licences ...proof.Licence) proof.Member {
	for i := range licences {
		licences[i].Role = role
	}
	return proof.Member{Name: "Partner (test)", Standing: proof.MemberActive, Roles: role, Licences: licences}
}

func mappingOf(source string, kind register.Kind, role, place string, complete bool) string {
	return fmt.Sprintf(`{"source": %q, "kind": %q, "role": %q, "place": %q, "complete": %t, "dates": "YYYY-MM-DD",
		"columns": {"key": "key", "from": "from", "to": "to", "status": "status", "since": "since"},
		"statuses": {"active": "active", "expired": "expired", "suspended": "suspended", "revoked": "revoked"}}`, source, kind, role, place, complete)
}

const listHead = "key,from,to,status,since\n"

// load loads a list whose rows are given.
func (w world) load(t testing.TB, mapping, asOf string, rows ...string) List {
	t.Helper()
	m, err := w.SetMapping(t.Context(), []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	l, err := w.Load(t.Context(), m.Source, asOf, strings.NewReader(listHead+strings.Join(rows, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (w world) matched(t testing.TB, name string, source ...string) Partner {
	t.Helper()
	s := dock("Springfield")
	for _, source := range source {
		s.Keys = append(s.Keys, ListKey{Source: source, Key: "K-1", By: "owner"})
	}
	return w.add(t, Partner{Name: name, Org: "partner", Sites: []Site{s}})
}

// TestAuthority says for each role and each ground what it makes. The site is in
// Illinois, six hours behind UTC; it is 12:00 UTC on 5 March 2026, but for where a row says.
func TestAuthority(t *testing.T) {
	board := mappingOf("board-us-il", register.Licence, "wholesaler", "US-IL", true)
	report := mappingOf("reports", register.Reporting, "wholesaler", "US", false)
	nabp := mappingOf("accredited", register.Accreditation, "wholesaler", "US", false)
	fda := mappingOf("establishments", register.Registration, "manufacturer", "US", true)
	type file struct{ mapping, asOf, rows string }
	reported := file{report, "2026-03-04", "K-1,,2026-12-31,active,"}
	licensed := file{board, "2026-03-04", "K-1,2025-01-01,2026-12-31,active,"}
	from, to := "2026-03-01", "2026-03-05"
	licence := func(place string) proof.Licence {
		return proof.Licence{Place: place, Number: "L-1", FromDay: day(from), ToDay: day(to), Recorded: 3}
	}
	const w, m, d = proof.RoleWholesaler, proof.RoleManufacturer, proof.RoleDispenser
	at := func(s string) time.Time {
		read, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return read
	}
	noon := at("2026-03-05T12:00:00Z")
	for _, c := range []struct {
		name   string
		role   uint64
		at     time.Time
		member proof.Member
		files  []file
		want   string
	}{
		{"a wholesaler of whom nothing is known", w, noon, proof.Member{}, nil, Unknown},
		{"a wholesaler with a licence alone", w, noon, proof.Member{}, []file{licensed}, Unknown},
		{"a wholesaler with a report alone", w, noon, proof.Member{}, []file{reported}, Unknown},
		{"a wholesaler with an accreditation alone", w, noon, proof.Member{}, []file{{nabp, "2026-03-04", "K-1,,2027-01-01,active,"}}, Unknown},
		{"a wholesaler with an accreditation and a report", w, noon, proof.Member{}, []file{{nabp, "2026-03-04", "K-1,,2027-01-01,active,"}, reported}, Unknown},
		{"a wholesaler with both", w, noon, proof.Member{}, []file{licensed, reported}, Authorised},
		{"whose accreditation was revoked", w, noon, proof.Member{}, []file{licensed, reported, {nabp, "2026-03-04", "K-1,,,revoked,"}}, Authorised},
		{"whose licence ends today", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-03-05,active,"}, reported}, Authorised},
		{"whose licence ended yesterday", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-03-04,active,"}, reported}, NotAuthorised},
		{"whose licence ended yesterday in UTC, but not at the site", w, at("2026-03-06T05:59:59Z"), proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-03-05,active,"}, reported}, Authorised},
		{"whose licence ended at the site's midnight", w, at("2026-03-06T06:00:00Z"), proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-03-05,active,"}, reported}, NotAuthorised},
		{"whose licence begins today", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,2026-03-05,,active,"}, reported}, Authorised},
		{"whose licence begins tomorrow", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,2026-03-06,,active,"}, reported}, NotAuthorised},
		{"whose licence has no last day", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,,active,"}, reported}, Authorised},
		{"whose licence was revoked", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,revoked,"}, reported}, NotAuthorised},
		{"whose licence was suspended", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,suspended,"}, reported}, NotAuthorised},
		{"whose licence is said to be expired", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,expired,"}, reported}, NotAuthorised},
		{"whose licence is revoked from tomorrow", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,revoked,2026-03-06"}, reported}, Authorised},
		{"whose licence is revoked from today", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,revoked,2026-03-05"}, reported}, NotAuthorised},
		{"with a revoked and another licence", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-1,,2026-12-31,revoked,\nK-1,,2026-12-31,active,"}, reported}, NotAuthorised},
		{"whom a complete list lacks", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-2,,2026-12-31,active,"}, reported}, NotAuthorised},
		{"whom a complete list with an unreadable line lacks", w, noon, proof.Member{}, []file{{board, "2026-03-04", "K-2,,2026-12-31,active,\nK-3,soon,,active,"}, reported}, Unknown},
		{"whom a list that isn't complete lacks", w, noon, proof.Member{}, []file{licensed, {report, "2026-03-04", "K-2,,,active,"}}, Unknown},
		{"on a list of 30 days ago", w, noon, proof.Member{}, []file{{board, "2026-02-03", "K-1,,2026-12-31,active,"}, reported}, Authorised},
		{"on a list of 31 days ago", w, noon, proof.Member{}, []file{{board, "2026-02-02", "K-1,,2026-12-31,active,"}, reported}, Unknown},
		{"whose report is of 7 days ago", w, noon, proof.Member{}, []file{licensed, {report, "2026-02-26", "K-1,,,active,"}}, Authorised},
		{"whose report is of 8 days ago", w, noon, proof.Member{}, []file{licensed, {report, "2026-02-25", "K-1,,,active,"}}, Unknown},
		{"whose licence ended on an old list", w, noon, proof.Member{}, []file{{board, "2026-02-02", "K-1,,2026-02-01,active,"}, reported}, Unknown},
		{"whose licence was revoked on an old list", w, noon, proof.Member{}, []file{{board, "2026-02-02", "K-1,,2026-12-31,revoked,"}, reported}, NotAuthorised},
		{"whom an old complete list lacks", w, noon, proof.Member{}, []file{{board, "2026-02-02", "K-2,,,active,"}, reported}, Unknown},
		{"on lists of later days only", w, at("2026-02-01T12:00:00Z"), proof.Member{}, []file{licensed, reported}, Unknown},
		{"whose newer list says revoked from before", w, at("2026-03-03T12:00:00Z"), proof.Member{}, []file{{board, "2026-03-02", "K-1,,2026-12-31,active,"}, {report, "2026-03-02", "K-1,,,active,"}, {board, "2026-03-05", "K-1,,2026-12-31,revoked,2026-03-03"}}, NotAuthorised},
		{"whose newer list says revoked from after", w, at("2026-03-03T12:00:00Z"), proof.Member{}, []file{{board, "2026-03-02", "K-1,,2026-12-31,active,"}, {report, "2026-03-02", "K-1,,,active,"}, {board, "2026-03-05", "K-1,,2026-12-31,revoked,2026-03-04"}}, Authorised},
		{"a member with a licence of the site's state", w, noon, member(w, licence("US-IL")), []file{reported}, Authorised},
		{"a member with a licence of another state", w, noon, member(w, licence("US-NV")), []file{reported}, Unknown},
		{"a member whose licence ended yesterday", w, at("2026-03-06T12:00:00Z"), member(w, licence("US-IL")), []file{reported}, NotAuthorised},
		{"a member without a report", w, noon, member(w, licence("US-IL")), nil, Unknown},
		{"a member with a licence for another role", w, noon, member(d, licence("US-IL")), []file{reported}, Unknown},
		{"a member that is suspended", w, noon, func() proof.Member {
			m := member(w, licence("US-IL"))
			m.Standing = proof.MemberSuspended
			return m
		}(), []file{licensed, reported}, NotAuthorised},
		{"a dispenser with a licence on the ledger", d, noon, member(d, licence("US-IL")), nil, Authorised},
		{"a dispenser on the first day of its licence", d, at("2026-03-01T12:00:00Z"), member(d, licence("US-IL")), nil, Authorised},
		{"a dispenser before the first day at the site", d, at("2026-03-01T05:59:59Z"), member(d, licence("US-IL")), nil, NotAuthorised},
		{"a dispenser from the first day at the site", d, at("2026-03-01T06:00:00Z"), member(d, licence("US-IL")), nil, Authorised},
		{"a dispenser with a wholesaler's lists", d, noon, proof.Member{}, []file{licensed, reported}, Unknown},
		{"a dispenser whose licence was revoked on the ledger", d, noon, member(d, proof.Licence{Place: "US-IL", Number: "L-1", FromDay: day(from), ToDay: day(to), Revoked: day("2026-03-05")}), nil, NotAuthorised},
		{"a dispenser whose licence is revoked from tomorrow", d, noon, member(d, proof.Licence{Place: "US-IL", Number: "L-1", FromDay: day(from), ToDay: day(to), Revoked: day("2026-03-06")}), nil, Authorised},
		{"a manufacturer with a registration on the ledger", m, noon, member(m, licence("US")), nil, Authorised},
		{"a manufacturer on the list of establishments", m, noon, proof.Member{}, []file{{fda, "2026-03-04", "K-1,,2026-12-31,active,"}}, Authorised},
		{"a manufacturer whom the list of establishments lacks", m, noon, member(m, licence("US")), []file{{fda, "2026-03-04", "K-2,,,active,"}}, NotAuthorised},
		{"a manufacturer with another's report", m, noon, proof.Member{}, []file{reported}, Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			world, l := newLedgerWorld(t)
			p := world.matched(t, "P", "board-us-il", "reports", "accredited", "establishments")
			if c.member.Name != "" {
				l.members["partner"] = c.member
			}
			for _, f := range c.files {
				world.load(t, f.mapping, f.asOf, f.rows)
			}
			standing := world.standing(t, p, c.role)
			a, err := world.CheckNow(t.Context(), Query{GLN: glnDock, Role: c.role, At: c.at}, "a test")
			if now := c.at.Equal(noon); now && (standing.Word != a.Word || !cmp.Equal(standing.Grounds, a.Grounds)) {
				t.Errorf("its standing is %+v, a check says %+v", standing, a)
			}
			if err != nil || a.Word != c.want {
				t.Errorf("it is %s (%s), %v; want %s\n%+v", a.Word, a.Text, err, c.want, a.Grounds)
			}
			if (a.Text == "") != (err != nil) {
				t.Error("the answer gives no reason")
			}
		})
	}
}

func TestWasIsWhatWeKnew(t *testing.T) {
	board := mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true)
	world, l := newLedgerWorld(t)
	p := world.matched(t, "P")
	type moment struct {
		q  Query
		at time.Time
		a  Authority
	}
	var past []moment
	licences := map[string]proof.Member{}
	rapid.Check(t, func(r *rapid.T) {
		ctx := context.Background()
		for range rapid.IntRange(1, 6).Draw(r, "steps") {
			world.clock.at = world.clock.at.Add(time.Duration(rapid.IntRange(-3, 30).Draw(r, "hours")) * time.Hour)
			today := world.clock.at.Format(time.DateOnly)
			switch rapid.IntRange(0, 4).Draw(r, "act") {
			case 0:
				world.load(t, board, today, fmt.Sprintf("K-1,,%s,%s,%d-01-01", world.clock.at.AddDate(0, 0, rapid.IntRange(-2, 9).Draw(r, "days")).Format(time.DateOnly),
					rapid.SampledFrom([]string{"active", "revoked", "expired"}).Draw(r, "status"), rapid.IntRange(2020, 2030).Draw(r, "since")))
			case 1:
				m := member(proof.RoleDispenser, proof.Licence{Place: "US-IL", Number: "L-1", FromDay: day(today), ToDay: day(today) + 3})
				m.Standing = uint64(rapid.IntRange(proof.MemberActive, proof.MemberSuspended).Draw(r, "standing"))
				licences["partner"] = m
				l.height++
				l.members = licences
			case 2:
				_, err := world.Change(ctx, p.ID, func(p *Partner) error {
					p.Sites[0].Keys = []ListKey{{Source: "board-us-il", Key: rapid.SampledFrom([]string{"K-1", "K-2"}).Draw(r, "key")}}
					return nil
				})
				if err != nil {
					r.Fatal(err)
				}
			default:
				q := Query{GLN: glnDock, Role: proof.RoleDispenser, At: world.clock.at.AddDate(0, 0, rapid.IntRange(-3, 1).Draw(r, "ago"))}
				a, err := world.CheckNow(ctx, q, "")
				if err != nil {
					r.Fatal(err)
				}
				past = append(past, moment{q, a.KnownAt, a})
			}
		}
		if len(past) == 0 {
			return
		}
		then := past[rapid.IntRange(0, len(past)-1).Draw(r, "then")]
		was, err := world.Was(ctx, then.q, then.at)
		if err != nil {
			r.Fatal(err)
		}
		kept, err := world.Evidence(ctx, then.a.Evidence)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(then.a, kept.Authority); diff != "" {
			r.Fatalf("the kept check (-then +kept):\n%s", diff)
		}
		was.Evidence = then.a.Evidence
		if diff := cmp.Diff(then.a, was); diff != "" {
			r.Fatalf("what was known then (-then +was):\n%s", diff)
		}
	})
	if len(past) == 0 {
		t.Error("nothing was checked")
	}
}

func TestAListIsLoadedOnce(t *testing.T) {
	w := newWorld(t)
	board := mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true)
	first := w.load(t, board, "2026-03-04", "K-1,,,active,")
	again := w.load(t, board, "2026-03-05", "K-1,,,active,")
	if first.Again || !again.Again || again.ID != first.ID || again.AsOf != "2026-03-04" || again.Rows != 1 {
		t.Errorf("the first time %+v, the second %+v", first, again)
	}
	if list, err := w.Lists(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%d lists, %v", len(list), err)
	}
	for name, c := range map[string]struct{ source, asOf, file, says string }{
		"a list without a mapping":   {"board-us-nv", "2026-03-04", listHead, "no mapping"},
		"a list of next week":        {"board-us-il", "2026-03-12", listHead, "still to come"},
		"a day that is none":         {"board-us-il", "March", listHead, "couldn't read the date"},
		"a file with other columns":  {"board-us-il", "2026-03-04", "a,b\n", `column "a"`},
		"a zip archive":              {"board-us-il", "2026-03-04", "PK\x03\x04....", "unpack it"},
		"a file that was cut in two": {"board-us-il", "2026-03-04", "", "first line"},
	} {
		if _, err := w.Load(t.Context(), c.source, c.asOf, strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	if list, err := w.Lists(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("after refusals %d lists, %v", len(list), err)
	}
}

func TestALoadThatIsCancelledLeavesNothing(t *testing.T) {
	w := newWorld(t)
	board := mappingOf("board-us-il", register.Licence, "dispenser", "US-IL", true)
	if _, err := w.SetMapping(t.Context(), []byte(board)); err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	rows.WriteString(listHead)
	for i := range 2*rowsChunk + 1 {
		fmt.Fprintf(&rows, "K-%d,,,active,\n", i)
	}
	count := func() (n int) {
		w.view(t, func(tx *sql.Tx) error { return tx.QueryRow(`SELECT COUNT(*) FROM partner_row`).Scan(&n) })
		return n
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Load(ctx, "board-us-il", "2026-03-04", strings.NewReader(rows.String())); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled load: %v", err)
	}
	if n := count(); n != 0 {
		t.Errorf("it left %d rows", n)
	}
	l, err := w.Load(t.Context(), "board-us-il", "2026-03-04", strings.NewReader(rows.String()))
	if err != nil || l.Rows != 2*rowsChunk+1 || count() != 2*rowsChunk+1 {
		t.Errorf("loaded again: %+v, %v, %d rows", l, err, count())
	}
}
