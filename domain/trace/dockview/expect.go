package dockview

import (
	"fmt"

	"pedigree/domain/trace/tiview"
	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
)

// node is one thing that is expected, by its place in a list.
type node struct {
	path, gtin, lot, expiry string // expiry CCYY-MM-DD
	kind                    uint64
	known                   int
	sealed                  bool
	document                int64 // that names it; 0 for a shipment on the ledger
	in, first, next         int32 // container, first thing in it, next one beside it; none is -1
	last                    int32 // last thing in it
}

const none = int32(-1)

// reason is why something speaks against goods.
type reason struct{ Rule, Text, Next string }

// expected is everything that the data of a session lets expect.
type expected struct {
	nodes []node
	at    map[string]int32
	tops  []int32
	lots  map[string]int    // packs expected of a GTIN and lot
	stops map[string]reason // what speaks against single things before they are scanned
	// whole is what speaks against all of a source, by document; 0 is the shipment.
	whole map[int64]reason
	// unproved are top-level things of the shipment that can't be told to be right.
	unproved map[string]bool
	faults   []Finding // of the data alone
	packs    int
}

func newExpected() *expected {
	return &expected{at: map[string]int32{}, lots: map[string]int{}, stops: map[string]reason{}, whole: map[int64]reason{}, unproved: map[string]bool{}}
}

func lotKey(gtin, lot string) string { return gtin + " " + lot }

// add takes down a source's tree. What an earlier source told of stays as that told it.
func (e *expected) add(tree *dscsa.Tree, document int64) error {
	if tree == nil {
		return nil
	}
	for n := range tree.All("") {
		if _, known := e.at[n.Path]; known {
			continue
		}
		if len(e.nodes) >= ExpectedMax {
			return api.Coded(fmt.Errorf("more than %d things are expected; receive it in parts", ExpectedMax), kindLimit, "dock/too-many")
		}
		i := int32(len(e.nodes))
		in := none
		if n.In != "" {
			if above, known := e.at[n.In]; known {
				in = above
			}
		}
		e.nodes = append(e.nodes, node{
			path: n.Path, gtin: n.GTIN, lot: n.Lot, expiry: n.Expiry, kind: n.Kind, known: n.Known, sealed: n.Sealed, document: document,
			in: in, first: none, next: none, last: none,
		})
		e.at[n.Path] = i
		e.hang(i, in)
		if n.Kind == dscsa.KindPack {
			e.packs++
			e.lots[lotKey(n.GTIN, n.Lot)]++
		}
	}
	return nil
}

func (e *expected) hang(i, in int32) {
	switch {
	case in == none:
		e.tops = append(e.tops, i)
	case e.nodes[in].first == none:
		e.nodes[in].first, e.nodes[in].last = i, i
	default:
		e.nodes[e.nodes[in].last].next = i
		e.nodes[in].last = i
	}
}

// top is the outermost container of a thing.
func (e *expected) top(i int32) int32 {
	for e.nodes[i].in != none {
		i = e.nodes[i].in
	}
	return i
}

// stop is what speaks against a thing, or what it is in, by the data alone.
func (e *expected) stop(i int32) (reason, bool) {
	for ; i != none; i = e.nodes[i].in {
		if r, found := e.stops[e.nodes[i].path]; found {
			return r, true
		}
	}
	return reason{}, false
}

// shipment takes down what a sealed shipment holds.
func (e *expected) shipment(x traceview.Expectation) error {
	for _, p := range x.Problems {
		r := reason{p.Rule, p.Text, p.Next}
		switch {
		case p.Path != "" && p.Verdict == traceview.Stop:
			e.stops[p.Path] = r
		case p.Path == "" && p.Verdict == traceview.Stop:
			e.whole[0] = r
		}
	}
	for _, p := range x.Report.Problems {
		e.fault(p.Rule, p.Text, pathIn(p.Path), 0)
	}
	for _, it := range x.Report.Items {
		if it.Verdict == traceview.CannotTell {
			e.unproved[it.Path] = true
		}
	}
	return e.add(x.Tree, 0)
}

// document takes down what a partner's document names.
func (e *expected) document(n int64, r *dscsa.Reading) error {
	for _, f := range r.Findings {
		fix, known := tiview.RemedyOf(f.Rule)
		if !known || fix.Blocks != dscsa.BlocksGoods {
			e.fault(f.Rule, f.Text, pathIn(f.Subject), n)
			continue
		}
		why := reason{f.Rule, f.Text, fix.Do}
		if path := pathIn(f.Subject); path != "" {
			e.stops[path] = why
		} else if _, already := e.whole[n]; !already {
			e.whole[n] = why
		}
	}
	return e.add(r.Tree, n)
}

// fault notes what the sender is asked to mend and the goods don't wait for.
func (e *expected) fault(rule, text, path string, document int64) {
	fix, known := tiview.RemedyOf(rule)
	if !known || fix.Blocks != dscsa.BlocksData {
		return
	}
	for i := range e.faults {
		if f := &e.faults[i]; f.Rule == rule && f.Document == document {
			f.add(Item{Path: path})
			return
		}
	}
	if len(e.faults) >= FindingsMax {
		return
	}
	f := newFinding(rule, "", document)
	f.Text, f.Next = text, fix.Do
	f.add(Item{Path: path})
	e.faults = append(e.faults, f)
}
