package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func (w *world) records(org string, n int) {
	w.Helper()
	for range n {
		w.clock.pass(1e9)
		if err := w.Record(w.Context(), org, "owner", "ship", "/api/v1/shipments", "done: 200"); err != nil {
			w.Fatal(err)
		}
	}
}

func TestATrailThatWasNotTouchedIsRight(t *testing.T) {
	w := newWorld(t)
	w.records("maker", auditPage+3) // more than a page
	w.records("other", 2)
	_, anchor, err := w.AuditHead(t.Context(), "maker")
	if err != nil {
		t.Fatal(err)
	}
	w.records("maker", 2)
	got, err := w.CheckAudit(t.Context(), "maker", anchor)
	if err != nil || got.Seq != auditPage+5 || got.Anchored != auditPage+3 {
		t.Errorf("checked %+v, %v", got, err)
	}
	if got, err := w.CheckAudit(t.Context(), "other", ""); err != nil || got.Seq != 2 {
		t.Errorf("of the other organisation: %+v, %v", got, err)
	}
	if err := w.CheckAuditTail(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEachWayToTamperWithATrailIsFoundAndNamed(t *testing.T) {
	const swap = `UPDATE auth_audit SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)`
	for name, c := range map[string]struct {
		statements []string
		line       string
	}{
		"a changed act":         {[]string{`UPDATE auth_audit SET act = 'receive' WHERE seq = 3`}, "line 3"},
		"a changed outcome":     {[]string{`UPDATE auth_audit SET outcome = 'refused' WHERE seq = 3`}, "line 3"},
		"a changed name":        {[]string{`UPDATE auth_audit SET who = 'somebody' WHERE seq = 1`}, "line 1"},
		"a changed time":        {[]string{`UPDATE auth_audit SET at = at + 1 WHERE seq = 5`}, "line 5"},
		"a changed hash":        {[]string{`UPDATE auth_audit SET hash = 'ff' WHERE seq = 2`}, "line 2"},
		"text moved over":       {[]string{`UPDATE auth_audit SET who = 'owners', act = 'hip' WHERE seq = 3`}, "line 3"},
		"a removed line":        {[]string{`DELETE FROM auth_audit WHERE seq = 3`}, "line 3 is missing"},
		"the first one removed": {[]string{`DELETE FROM auth_audit WHERE seq = 1`}, "line 1 is missing"},
		"a removed line, the rest moved up": {[]string{
			`DELETE FROM auth_audit WHERE seq = 3`, `UPDATE auth_audit SET seq = -seq WHERE seq > 3`, `UPDATE auth_audit SET seq = -seq - 1 WHERE seq < 0`,
		}, "line 3"},
		"an inserted line": {[]string{
			`UPDATE auth_audit SET seq = -seq WHERE seq > 2`, `UPDATE auth_audit SET seq = 1 - seq WHERE seq < 0`,
			`INSERT INTO auth_audit SELECT org, 3, at, who, act, object, outcome, hash FROM auth_audit WHERE seq = 2`,
		}, "line 3"},
		"two lines swapped":          {[]string{swap, `UPDATE auth_audit SET seq = -seq WHERE seq < 0`}, "line 3"},
		"another organisation's":     {[]string{`UPDATE auth_audit SET org = 'maker', seq = 6 WHERE org = 'other'`}, "line 6"},
		"the end cut off":            {[]string{`DELETE FROM auth_audit WHERE seq > 3`}, "that the ledger holds"},
		"all of it gone":             {[]string{`DELETE FROM auth_audit`}, "that the ledger holds"},
		"a line put before the rest": {[]string{`INSERT INTO auth_audit SELECT org, 0, at, who, act, object, outcome, hash FROM auth_audit WHERE seq = 1`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.records("maker", 5)
			w.records("other", 1)
			_, anchor, err := w.AuditHead(t.Context(), "maker")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range c.statements {
				w.sql(s)
			}
			_, err = w.CheckAudit(t.Context(), "maker", anchor)
			if c.line == "" { // no line of the trail is numbered 0: it is not read, and what is read is right
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrTrail) || !strings.Contains(err.Error(), c.line) {
				t.Errorf("got %v, want it to name %s", err, c.line)
			}
		})
	}
}

// TestATrailWrittenAnewIsFoundByItsAnchor is what the chain alone can't find: who
// has the database can make every hash again, and can't change the ledger.
func TestATrailWrittenAnewIsFoundByItsAnchor(t *testing.T) {
	w := newWorld(t)
	w.records("maker", 5)
	_, anchor, err := w.AuditHead(t.Context(), "maker")
	if err != nil {
		t.Fatal(err)
	}
	w.sql(`DELETE FROM auth_audit WHERE seq > 2`)
	w.records("maker", 6) // other lines, right ones
	if _, err := w.CheckAudit(t.Context(), "maker", ""); err != nil {
		t.Fatalf("the chain alone: %v", err)
	}
	if _, err := w.CheckAudit(t.Context(), "maker", anchor); !errors.Is(err, ErrTrail) {
		t.Errorf("with its anchor: %v", err)
	}
}

func TestANodeDoesNotTrustATrailWhoseEndWasChanged(t *testing.T) {
	w := newWorld(t)
	w.records("maker", auditTail+50)
	w.sql(`UPDATE auth_audit SET who = 'x' WHERE seq = 20`) // before the part that is read at each start
	if err := w.CheckAuditTail(t.Context()); err != nil {
		t.Errorf("a change before the tail: %v", err)
	}
	if _, err := w.CheckAudit(t.Context(), "maker", ""); !errors.Is(err, ErrTrail) {
		t.Errorf("the whole check does not find it: %v", err)
	}
	w.sql(`UPDATE auth_audit SET who = 'x' WHERE seq = 51`)
	if err := w.CheckAuditTail(t.Context()); !errors.Is(err, ErrTrail) {
		t.Errorf("a change in the tail: %v", err)
	}
}

func TestALineIsWrittenForAnAskerWhoWentAway(t *testing.T) {
	w := newWorld(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Record(gone, "maker", "owner", "take-backup", "/api/v1/backup", "done: 200"); err != nil {
		t.Error(err)
	}
}

func TestALineIsShortAndCanBePrinted(t *testing.T) {
	w := newWorld(t)
	if err := w.Record(t.Context(), "maker", "a\nb", strings.Repeat("é", auditTextMax), "\x00\x1b[31m", "\xff"); err != nil {
		t.Fatal(err)
	}
	list, err := w.Audit(t.Context(), "maker", 0, 10)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	l := list[0]
	if l.Who != "a?b" || len(l.Act) != auditTextMax || l.Object != "??[31m" || strings.Contains(l.Outcome, "\xff") {
		t.Errorf("the line is %+v", l)
	}
	if _, err := w.CheckAudit(t.Context(), "maker", l.Hash); err != nil {
		t.Error(err)
	}
}
