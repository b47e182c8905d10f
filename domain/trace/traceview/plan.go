package traceview

import (
	"fmt"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/proof"
)

// planner follows the events of one document in order and works out what they
// mean for the stock: what is commissioned, and which acts follow. It changes
// nothing. What contradicts the stock becomes a finding, and the event is left
// out with everything that builds on it.
//
// Things new in the document are collected: what is packed in what before the
// file ends, or before something else happens to it, is one commission.
type planner struct {
	tx    queryer
	doc   int64
	redo  bool // effects of this document are in stock for good, from a capture that the ledger refused in part
	owner *owner
	now   time.Time
	ids   idents

	things map[string]*thing
	order  []*thing        // new things, as they appear
	here   map[string]bool // of these, those that an interrupted run has brought in
	slab   []thing
	gtins  map[string]bool // whether the stock has any of a GTIN
	lots   map[lot]*lot
	acts   []act
	notes  []note

	done     int          // things that an earlier run has brought in
	own      map[int]bool // own events, by ordinal
	event    *epcis.Event // at hand
	row      int64        // its row in trace_event
	findings []epcis.Finding
	faults   int
}

// act is something to do on the ledger, or here, once what is new stands there.
type act struct {
	kind  actKind
	row   int64 // of the event
	where epcis.Where
	at    time.Time

	parent string
	paths  []string
	made   []*thing // outputs of a transformation
	made1  *thing   // a box

	class      uint64
	reason     string
	set, clear uint64
}

type actKind uint8

const (
	actBox actKind = iota + 1
	actPack
	actUnpack
	actEnd
	actFlag
	actTransform
	actReclaim
	actDispense
	actShip // follows when everything else is on the ledger
)

// note is something to know that is no error: what the file asks for and this
// program can't do yet.
type note struct {
	where epcis.Where
	rule  string
	text  string
}

// known is what the stock says of a thing at the start.
type known struct {
	status   int
	commits  int64
	sealedIn string
	surfaced bool
	bornDoc  int64
	born     int64
}

func newPlanner(tx queryer, doc int64, o *owner, now time.Time) *planner {
	return &planner{tx: tx, doc: doc, owner: o, now: now, things: map[string]*thing{}, gtins: map[string]bool{}, lots: map[lot]*lot{}, own: map[int]bool{}, here: map[string]bool{}}
}

// eventID numbers the events of all documents.
func eventID(doc int64, ordinal int) int64 { return doc<<eventBits | int64(ordinal) }

// fault records an error of the event at hand.
func (p *planner) fault(rule, subject, text, remedy string) {
	p.faults++
	p.findings = append(p.findings, epcis.Finding{
		Severity: epcis.Fault, Set: setStock, Rule: "stock/" + rule, Where: p.event.Where, Subject: subject, Text: text, Remedy: remedy,
	})
}

// setStock are the rules that need history.
const setStock epcis.Set = "stock"

func (p *planner) note(rule, text string) {
	p.notes = append(p.notes, note{p.event.Where, rule, text})
}

// newThing makes a thing that the stock doesn't know.
func (p *planner) newThing(path string, kind uint8) *thing {
	if len(p.slab) == 0 {
		p.slab = make([]thing, slabThings)
	}
	t := &p.slab[0]
	p.slab = p.slab[1:]
	t.path, t.kind, t.born = path, kind, p.row
	p.things[path] = t
	p.order = append(p.order, t)
	return t
}

// lotOf returns the one lot with these values.
func (p *planner) lotOf(gtin, number, expiry string) *lot {
	k := lot{gtin: gtin, number: number, expiry: expiry}
	l, ok := p.lots[k]
	if !ok {
		l = &k
		p.lots[k] = l
	}
	return l
}

// resolve returns the paths of a list of identifiers. Those that are no objects
// are left out; the checks of the document have named them.
func (p *planner) resolve(ids []string) []string {
	paths := make([]string, 0, len(ids))
	for _, id := range ids {
		if path, ok := p.ids.path(id); ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// look reads what the stock knows of paths that the document hasn't named yet.
func (p *planner) look(paths []string) error {
	var unknown []string
	for _, path := range paths {
		if _, ok := p.things[path]; ok || p.here[path] {
			continue
		}
		some, err := p.stocked(path)
		if err != nil {
			return err
		}
		if some {
			unknown = append(unknown, path)
		}
	}
	for len(unknown) > 0 {
		n := min(len(unknown), lookupPathsMax)
		above, err := p.load(unknown[:n])
		if err != nil {
			return err
		}
		if err := p.look(above); err != nil {
			return err
		}
		unknown = unknown[n:]
	}
	return p.raise(paths)
}

// stocked says whether the stock may hold a path: a GTIN of which it has nothing
// needs no look at each serial number.
func (p *planner) stocked(path string) (bool, error) {
	gtin := gtinOf(path)
	if gtin == "" {
		return true, nil
	}
	some, ok := p.gtins[gtin]
	if ok {
		return some, nil
	}
	err := p.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM trace_item WHERE path >= ? AND path < ?)`, "/01/"+gtin+"/21/", "/01/"+gtin+"/210").Scan(&some)
	if err != nil {
		return false, fmt.Errorf("couldn't look GTIN %s up in the stock: %w", gtin, err)
	}
	p.gtins[gtin] = some
	return some, nil
}

// load reads stock rows and returns the paths of what they are in.
func (p *planner) load(paths []string) ([]string, error) {
	args := make([]any, len(paths))
	for i, path := range paths {
		args[i] = path
	}
	query := itemSelect + `WHERE i.path IN (?` + strings.Repeat(",?", len(paths)-1) + `)`
	list, err := queryItems(p.tx, query, args...)
	if err != nil {
		return nil, err
	}
	var above []string
	for i := range list {
		it := &list[i]
		if it.born>>eventBits == p.doc && !p.redo {
			p.here[it.path] = true // it is planned as new again, with the same result
			continue
		}
		t := &thing{path: it.path, kind: uint8(it.kind), born: it.born, packed: it.packed, fixed: true}
		if it.lot.id != 0 {
			t.lot = p.lotOf(it.lot.gtin, it.lot.number, it.lot.expiry)
		}
		t.known = &known{status: it.status, commits: it.commission, sealedIn: it.sealedIn, surfaced: it.surfaced, born: it.born, bornDoc: it.born >> eventBits}
		p.things[it.path] = t
		if in := inside(it); in != "" {
			t.above = in
			above = append(above, in)
		}
	}
	return above, nil
}

// inside is the path of what an item is in now, or "".
func inside(it *item) string {
	if !it.surfaced {
		return it.sealedIn
	}
	return it.packedIn
}

// raise links loaded things to what they are in.
func (p *planner) raise(paths []string) error {
	for _, path := range paths {
		t := p.things[path]
		for t != nil && t.above != "" {
			parent := p.things[t.above]
			if parent == nil {
				return fmt.Errorf("couldn't find %s, to which the stock row of %s refers; restore the private store from a backup", t.above, t.path)
			}
			t.parent, t.above = parent, ""
			t = parent
		}
	}
	return nil
}

// top is the outermost thing that t is in.
func (t *thing) top() *thing {
	for t.parent != nil {
		t = t.parent
	}
	return t
}

// away says why a thing can't be acted on by us, or "".
func (p *planner) away(t *thing) string {
	switch top := t.top(); {
	case t.gone || top.gone:
		return "an earlier event of this document shipped, dispensed or ended it"
	case t.known != nil && t.known.status == StatusDispensed:
		return statusReasons[StatusDispensed] // before it was taken out of its container
	case top.known == nil:
		return ""
	default:
		return statusReasons[top.known.status]
	}
}

// statusReasons say why an item with a status is not in our hands.
var statusReasons = map[int]string{
	StatusOffered:   "it was shipped and is on its way to the receiver",
	StatusAway:      "a partner has received it",
	StatusExpected:  "it is on its way here and was not received yet",
	StatusEnded:     "it has left the supply",
	StatusDispensed: "it was dispensed",
	StatusReported:  "it is only reported in a partner's file and never was in our hands",
	StatusRefused:   "it was refused at receipt",
	StatusOutside:   "it came from outside the network and is not on the ledger",
	StatusInCare:    "another organisation keeps it",
	StatusKept:      "it is another's, and only kept here",
	StatusLeft:      "it has left the network; bring it back first: pedigree reenter",
}

// expiryOf reads an expiry date of ILMD into YYMMDD and the day.
func expiryOf(s string) (string, gs1.Date, bool) {
	day := s
	if i := strings.IndexByte(s, 'T'); i > 0 {
		day = s[:i]
	}
	date, err := gs1.ParseISODate(day)
	return date.YYMMDD(), date, err == nil
}

// kindOf is what a new thing with a path is before anything is packed in it.
func kindOf(path string) uint8 {
	switch {
	case path[:4] == "/00/":
		return proof.KindPallet
	case path[:4] != "/01/":
		return proof.KindBox
	case path[4] >= '1' && path[4] <= '8': // a packaging level above the base item
		return proof.KindCase
	}
	return proof.KindUnit
}
