package auth

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLinesOfATrailAreFoundByWhoWhatAndDay(t *testing.T) {
	w := newWorld(t)
	for _, l := range [][2]string{{"pat", "receive"}, {"pat", "dispense"}, {"lee", "receive"}, {"pat", "receive"}} {
		w.clock.pass(24 * time.Hour)
		if err := w.Record(t.Context(), "maker", l[0], l[1], "/", "done: 200"); err != nil {
			t.Fatal(err)
		}
	}
	w.records("other", 1)
	all, err := w.SearchAudit(t.Context(), "maker", AuditSearch{})
	if err != nil || len(all) != 4 || all[0].Seq != 4 {
		t.Fatalf("all are %+v, %v", all, err)
	}
	for name, c := range map[string]struct {
		search AuditSearch
		want   []uint64
	}{
		"by a person":                {AuditSearch{Who: "pat"}, []uint64{4, 2, 1}},
		"by an act":                  {AuditSearch{Act: "receive"}, []uint64{4, 3, 1}},
		"by both":                    {AuditSearch{Who: "pat", Act: "receive"}, []uint64{4, 1}},
		"by nobody who is there":     {AuditSearch{Who: "' OR 1=1 --"}, nil},
		"from a moment":              {AuditSearch{Since: all[1].At}, []uint64{4, 3}},
		"before a moment":            {AuditSearch{Until: all[1].At}, []uint64{2, 1}},
		"of one day":                 {AuditSearch{Since: all[2].At, Until: all[1].At}, []uint64{2}},
		"a page":                     {AuditSearch{Limit: 2}, []uint64{4, 3}},
		"the page after it":          {AuditSearch{Limit: 2, Before: 3}, []uint64{2, 1}},
		"more than a page can have":  {AuditSearch{Limit: auditPage + 1}, []uint64{4, 3, 2, 1}},
		"a page of less than a line": {AuditSearch{Limit: -1}, []uint64{4, 3, 2, 1}},
	} {
		list, err := w.SearchAudit(t.Context(), "maker", c.search)
		if err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for _, l := range list {
			got = append(got, l.Seq)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	if l, found, err := w.AuditLineOf(t.Context(), "maker", all[1].Hash); err != nil || !found || l != all[1] {
		t.Errorf("by its hash: %+v, %v, %v", l, found, err)
	}
	if _, found, err := w.AuditLineOf(t.Context(), "other", all[1].Hash); err != nil || found {
		t.Errorf("another organisation has the line: %v, %v", found, err)
	}
}
