package ledger_test

import (
	"maps"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

func TestATrialEndsAsTheBlockWouldAndKeepsNothing(t *testing.T) {
	c := newToy(t)
	c.Do(c.by("ann", add("a", 1)))
	spent := c.Envelope(c.by("ann", add("b", 1)))
	c.Block(spent)
	state := func() ledgertest.Memory {
		m := *c.State
		m.Rows, m.Marks = maps.Clone(m.Rows), maps.Clone(m.Marks)
		return m
	}
	before := state()
	for name, tried := range map[string]struct {
		envelopes [][]byte
		want      ledger.Code
	}{
		"one that is taken":                 {[][]byte{c.Envelope(c.by("ann", add("a", 2)))}, accepted},
		"one that the rules refuse":         {[][]byte{c.Envelope(c.by("ann", []act{{Do: "no"}}))}, codeToy},
		"a refused one behind a taken one":  {[][]byte{c.Envelope(c.by("ann", add("a", 2))), c.Envelope(c.by("bob", []act{{Do: "no"}}))}, codeToy},
		"one that was spent before":         {[][]byte{spent}, ledger.CodeReplayed},
		"the same twice":                    {[][]byte{c.Envelope(c.by("ann", add("c", 2))), c.Envelope(c.by("ann", add("c", 2)))}, ledger.CodeReplayed},
		"what is no envelope":               {[][]byte{[]byte("no envelope")}, ledger.CodeMalformed},
		"what is taken, of several senders": {[][]byte{c.Envelope(c.by("ann", add("a", 2))), c.Envelope(c.by("cid", add("a", 8)))}, accepted},
	} {
		err := c.Try(tried.envelopes...)
		if taken := tried.want == accepted; taken != (err == nil) || !taken && ledger.CodeOf(err) != tried.want {
			t.Errorf("%s ends with %v, want %v", name, err, tried.want)
		}
	}
	after := state()
	if !maps.EqualFunc(before.Rows, after.Rows, func(a, b []byte) bool { return string(a) == string(b) }) || !maps.Equal(before.Marks, after.Marks) || len(before.Events) != len(after.Events) {
		t.Error("a trial changed the state")
	}
}
