package dockview

import "pedigree/format/dscsa"

// Beep is what the clerk hears.
type Beep string

// The beeps.
const (
	BeepOK         Beep = "ok"         // counted
	BeepAgain      Beep = "again"      // counted before; nothing changed
	BeepUnexpected Beep = "unexpected" // it isn't what the data says; it is noted
	BeepStop       Beep = "stop"       // put it into the hold area
	BeepUnread     Beep = "unread"     // the text names no thing; nothing is noted
)

// What a scan says of a thing.
const (
	whatSeen    = 1
	whatOpen    = 2 // a container whose seal is broken or that was found open
	whatDamaged = 3 // a thing whose label or packaging is damaged
)

// Counts are packs, but for Scans, Unexpected and Stopped, which are things.
type Counts struct {
	Expected   int `json:"expected"`
	Seen       int `json:"seen" doc:"Scanned one by one"`
	Inferred   int `json:"inferred" doc:"In a closed container that was scanned"`
	Missing    int `json:"missing"`
	Stopped    int `json:"stopped" doc:"Expected things that are held apart"`
	Unexpected int `json:"unexpected" doc:"Things that the data doesn't name"`
	Scans      int `json:"scans"`
}

// mark is what was found of an expected thing.
type mark struct {
	seen, inferred, open, damaged bool
	wrongIn                       string // container in which it was found
	stop                          reason
	lot, expiry                   string // on its label, where that stops it
}

// extra is a thing that nothing lets expect.
type extra struct {
	path, gtin, lot, expiry string
	why                     reason
	stopped                 bool
}

// tally counts what was scanned. It is a function of what is expected and of the scans
// in their order.
type tally struct {
	e      *expected
	marks  []mark
	extras map[string]*extra
	order  []string // of the extras, as they were scanned
	counts Counts
}

func newTally(e *expected) *tally {
	return &tally{e: e, marks: make([]mark, len(e.nodes)), extras: map[string]*extra{}, counts: Counts{Expected: e.packs, Missing: e.packs}}
}

// outcome is what a scan came to.
type outcome struct {
	beep Beep
	reason
}

// apply counts one scan.
func (t *tally) apply(s *scanRow) outcome {
	t.counts.Scans++
	if i, known := t.e.at[s.path]; known {
		return t.expected(i, s)
	}
	return t.unexpected(s)
}

func (t *tally) expected(i int32, s *scanRow) outcome {
	m := &t.marks[i]
	first := !m.seen
	switch s.what {
	case whatOpen:
		t.open(i)
	case whatDamaged:
		m.damaged = true
	}
	t.see(i)
	if why, bad := t.against(i, s); bad {
		if m.stop.Rule == "" {
			t.counts.Stopped++
			m.stop = why
			if why.Rule == RuleLot || why.Rule == RuleExpiry {
				m.lot, m.expiry = s.lot, s.expiry
			}
		}
		return outcome{BeepStop, m.stop}
	}
	if in := t.e.nodes[i].in; s.in != "" && s.in != s.path && (in == none || t.e.nodes[in].path != s.in) {
		m.wrongIn = s.in
		return outcome{BeepUnexpected, reason{RuleWrongParent, "It is expected, in another container than the one you are emptying.", "leave it out of both; the session asks the sender which is right"}}
	}
	switch {
	case s.what == whatOpen:
		return outcome{BeepOK, reason{Text: "What is in it counts once it is scanned."}}
	case s.what == whatDamaged:
		return outcome{BeepUnexpected, reason{RuleDamaged, "It is counted, and noted as damaged.", "put it into the hold area; a case about its packaging is proposed at the finish"}}
	case first:
		return outcome{beep: BeepOK}
	}
	return outcome{BeepAgain, reason{Text: "It was scanned before."}}
}

// against tells what speaks against a thing that was scanned: what was found when it
// was, what its symbol says, and what its data says.
func (t *tally) against(i int32, s *scanRow) (reason, bool) {
	n := &t.e.nodes[i]
	const next = "put it into the hold area; a case is proposed at the finish"
	switch {
	case t.marks[i].stop.Rule != "":
		return t.marks[i].stop, true
	case s.stop.Rule != "":
		return s.stop, true
	case s.lot != "" && n.lot != "" && s.lot != n.lot:
		return reason{RuleLot, "The code says lot " + s.lot + "; the data says " + n.lot + ".", next}, true
	case s.expiry != "" && n.expiry != "" && s.expiry != n.expiry:
		return reason{RuleExpiry, "The code says expiry " + s.expiry + "; the data says " + n.expiry + ".", next}, true
	}
	if why, bad := t.e.stop(i); bad || !s.here {
		return why, bad
	}
	return reason{RuleHere, "One with this number is in your stock already.", "if it is the same, put it back on its shelf and undo this scan; if there are two, hold both: one of them is a copy"}, true
}

// see counts a thing that was scanned, and by inference what is in it.
func (t *tally) see(i int32) {
	m := &t.marks[i]
	if m.seen {
		return
	}
	was := m.inferred
	m.seen, m.inferred = true, false
	t.count(i, was)
	if !m.open {
		t.infer(i)
	}
}

// count moves a pack that was just seen from where it was counted before.
func (t *tally) count(i int32, inferred bool) {
	if t.e.nodes[i].kind != dscsa.KindPack {
		return
	}
	t.counts.Seen++
	if inferred {
		t.counts.Inferred--
	} else {
		t.counts.Missing--
	}
}

// infer counts what is in a closed container.
func (t *tally) infer(i int32) {
	for c := t.e.nodes[i].first; c != none; c = t.e.nodes[c].next {
		m := &t.marks[c]
		if m.seen || m.inferred {
			continue // what is in it was counted with it
		}
		m.inferred = true
		if t.e.nodes[c].kind == dscsa.KindPack {
			t.counts.Inferred++
			t.counts.Missing--
		}
		t.infer(c)
	}
}

// open withdraws what was counted only because a container was closed.
func (t *tally) open(i int32) {
	t.marks[i].open = true
	t.withdraw(i)
}

func (t *tally) withdraw(i int32) {
	for c := t.e.nodes[i].first; c != none; c = t.e.nodes[c].next {
		m := &t.marks[c]
		if !m.inferred {
			continue // seen by itself, or nothing was counted
		}
		m.inferred = false
		if t.e.nodes[c].kind == dscsa.KindPack {
			t.counts.Inferred--
			t.counts.Missing++
		}
		t.withdraw(c)
	}
}

// unexpected notes a thing that nothing lets expect.
func (t *tally) unexpected(s *scanRow) outcome {
	if x, again := t.extras[s.path]; again {
		return outcome{BeepAgain, x.why}
	}
	x := &extra{path: s.path, gtin: gtinOf(s.path), lot: s.lot, expiry: s.expiry, why: t.stranger(s), stopped: s.stop.Rule != ""}
	t.extras[s.path] = x
	t.order = append(t.order, s.path)
	t.counts.Unexpected++
	if x.stopped {
		return outcome{BeepStop, x.why}
	}
	return outcome{BeepUnexpected, x.why}
}

// stranger says what an unexpected thing is.
func (t *tally) stranger(s *scanRow) reason {
	switch {
	case s.stop.Rule != "":
		return s.stop
	case s.elsewhere != 0:
		return reason{RuleOtherSession, elsewhereText(s.elsewhere), "scan it there, and undo this scan"}
	case s.here:
		return reason{RuleHere, "It is in your stock already.", "put it back on its shelf, and undo this scan"}
	case s.other != "":
		return reason{RuleOtherDelivery, s.other, "receive it with that delivery (pedigree dock open --item), and undo this scan"}
	case len(t.e.nodes) == 0:
		return reason{RuleNoData, "No data came for these goods.", "put it into the hold area; take in the sender's document, and join it to this session"}
	case s.lot != "" && t.e.lots[lotKey(gtinOf(s.path), s.lot)] > 0:
		return reason{RuleUnexpectedSerial, "Product and lot are expected, this serial number is not.", "put it into the hold area; a case is proposed at the finish"}
	}
	return reason{RuleOverage, "The data doesn't name it.", "put it into the hold area, and decide at the finish whether to keep it or send it back"}
}
