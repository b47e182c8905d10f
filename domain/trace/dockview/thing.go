package dockview

import (
	"context"
	"fmt"

	"pedigree/domain/trace/traceview"
	"pedigree/format/dscsa"
	"pedigree/internal/api"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// Thing is one expected thing with what was found of it.
type Thing struct {
	Path     string `json:"path"`
	Kind     string `json:"kind" doc:"pack, case, pallet or box"`
	GTIN     string `json:"gtin,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Expiry   string `json:"expiry,omitempty"`
	Known    string `json:"known" doc:"How its data is known: proved or reported"`
	Sealed   bool   `json:"sealed,omitempty"`
	Found    string `json:"found,omitempty" doc:"seen, or inferred from a closed container; empty: not yet"`
	Open     bool   `json:"open,omitempty"`
	Damaged  bool   `json:"damaged,omitempty"`
	Rule     string `json:"rule,omitempty" doc:"What speaks against it"`
	Text     string `json:"text,omitempty"`
	Packs    int    `json:"packs" doc:"In it, itself included"`
	Seen     int    `json:"seen" doc:"Of those, scanned one by one"`
	Inferred int    `json:"inferred" doc:"Of those, counted because a closed container was scanned"`
}

// The ways in which a thing was found.
const (
	foundSeen     = "seen"
	foundInferred = "inferred"
)

// thing describes an expected thing.
func (l *live) thing(i int32) *Thing {
	n, m := &l.expected.nodes[i], &l.tally.marks[i]
	t := &Thing{
		Path: n.path, Kind: traceview.KindName(n.kind), GTIN: n.gtin, Lot: n.lot, Expiry: n.expiry, Known: traceview.KnownName(n.known), Sealed: n.sealed,
		Open: m.open, Damaged: m.damaged, Rule: m.stop.Rule, Text: m.stop.Text,
	}
	switch {
	case m.seen:
		t.Found = foundSeen
	case m.inferred:
		t.Found = foundInferred
	}
	if m.wrongIn != "" && t.Rule == "" {
		t.Rule, t.Text = RuleWrongParent, "It was found in "+m.wrongIn+"."
	}
	l.sum(i, t)
	return t
}

func (l *live) sum(i int32, t *Thing) {
	if l.expected.nodes[i].kind == dscsa.KindPack {
		t.Packs++
		switch m := &l.tally.marks[i]; {
		case m.seen:
			t.Seen++
		case m.inferred:
			t.Inferred++
		}
	}
	for c := l.expected.nodes[i].first; c != none; c = l.expected.nodes[c].next {
		l.sum(c, t)
	}
}

// Tree lists what is expected in a container, or what stands by itself without one, a
// page at a time: after the last path of the page before. Missing leaves only what isn't
// all there.
func (d *Docks) Tree(ctx context.Context, id int64, in, after string, missing bool, limit int) ([]Thing, error) {
	l, err := d.hold(ctx, id)
	if err != nil {
		return nil, err
	}
	defer d.release(l)
	if limit < 1 || limit > ListMax {
		limit = ListMax
	}
	inside := l.expected.tops
	if in != "" {
		i, known := l.expected.at[pathIn(in)]
		if !known {
			return nil, api.Coded(fmt.Errorf("%s isn't expected in session %d: %w", in, id, vault.ErrNotFound), ledger.NotFound, "dock/not-found")
		}
		inside = l.children(i)
	}
	list := []Thing{}
	skip := after != ""
	for _, i := range inside {
		if skip {
			skip = l.expected.nodes[i].path != after
			continue
		}
		t := l.thing(i)
		if missing && t.Seen+t.Inferred == t.Packs && t.Found != "" && t.Rule == "" {
			continue
		}
		if list = append(list, *t); len(list) == limit {
			break
		}
	}
	return list, nil
}

func (l *live) children(i int32) (list []int32) {
	for c := l.expected.nodes[i].first; c != none; c = l.expected.nodes[c].next {
		list = append(list, c)
	}
	return list
}
