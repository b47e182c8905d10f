package dscsa

import (
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/epcis"
)

// ReadOptions say how to read a document.
type ReadOptions struct {
	File    string       // its name, for findings
	Now     time.Time    // for dates in the future and expired lots; zero skips both
	Lenient bool         // take what can be understood without guessing, see epcis.Tolerances
	Limits  epcis.Limits // zero fields mean the defaults; DocumentBytes means DocumentBytesMax
	Lean    bool         // leave Shipment.Packages empty: the tree has the same
	// Each is called with every event before it is followed; its error ends the
	// reading. It may not change the event.
	Each func(*epcis.Event) error
}

// Reading is what a document says.
type Reading struct {
	Shipments []*Shipment
	Tree      *Tree // of all shipments; without any, of everything that the document names
	Findings  []epcis.Finding
	Events    int
	Packages  int // saleable packages in the shipments
	Version   Version
	Header    *epcis.Header
	Hashes    [][32]byte // of the events, in their order; zero for one that has none
	// Declared names a thing of each event that is declared an error here and stands in
	// another document, which this one corrects; at most 100.
	Declared []string
}

// Read reads a document, checks it with every rule of format/epcis and infers what
// its shipments hold. An error means that it can't be read and is an *epcis.Error,
// or what Each returned.
func Read(in io.Reader, o ReadOptions) (*Reading, error) { return ReadAmended(o, in) }

// read reads the events of one document in their order, and returns its header.
func read(in io.Reader, o ReadOptions, each func(*epcis.Event) error) (*epcis.Header, error) {
	r, err := epcis.NewReader(in, epcis.Options{File: o.File, Limits: o.Limits, Lenient: o.Lenient})
	if err != nil {
		return nil, err
	}
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), nil
		}
		if err == nil && o.Each != nil {
			err = o.Each(e)
		}
		if err == nil {
			err = each(e)
		}
		if err != nil {
			return nil, err
		}
	}
}

// placed says in which file, and at which event, a limit was passed.
func placed(err error, file string, e *epcis.Event) error {
	var refused *epcis.Error
	if errors.As(err, &refused) {
		refused.File = file
		if e != nil {
			refused.Line, refused.Event = e.Where.Line, e.Where.Event
		}
	}
	return err
}

// infer follows the packing and makes the shipments.
func (out *Reading) infer(c *collector, o ReadOptions) error {
	out.Events, out.Hashes = len(c.hashes), c.hashes
	out.Version = versionOf(out.Header)
	r := &replay{collector: c, file: o.File, forest: &forest{}}
	if err := r.run(); err != nil {
		return err
	}
	out.Declared = append(out.Declared, c.declared...)
	// The tree knows both parents by name; the checks only know one.
	out.Findings = slices.DeleteFunc(out.Findings, func(f epcis.Finding) bool { return f.Rule == ruleTwoParents })
	out.Findings = append(out.Findings, r.findings...)
	facts := newHeaderFacts(out.Header)
	var tops []uint32
	for i := range r.shipments {
		s := facts.shipment(&r.shipments[i], c.things, r.forest)
		if !o.Lean {
			s.fill()
		}
		out.Shipments = append(out.Shipments, s)
		out.Packages += s.tree.Packs()
		tops = append(tops, s.tree.tops...)
	}
	out.checkShipments(o.File)
	switch len(out.Shipments) {
	case 0:
		var err error
		if tops, err = r.forest.everything(c.things); err != nil {
			return err
		}
		out.Tree = newTree(c.things, r.forest, tops)
	case 1:
		out.Tree = out.Shipments[0].tree
	default:
		out.Tree = newTree(c.things, r.forest, tops)
	}
	return nil
}

// everything takes down all things that are in no other.
func (f *forest) everything(t *things) (tops []uint32, err error) {
	for id := uint32(1); id <= t.count; id++ {
		if t.at(id).parent != 0 {
			continue
		}
		at, err := f.plant(t, id)
		if err != nil {
			return nil, err
		}
		tops = append(tops, at)
	}
	return tops, nil
}

// fill lists the things of the tree.
func (s *Shipment) fill() {
	s.Packages = make([]Package, 0, s.tree.Len())
	for n := range s.tree.All("") {
		s.Packages = append(s.Packages, Package{
			Path: n.Path, Kind: n.Kind, GTIN: n.GTIN, Serial: n.Serial, Lot: n.Lot, Expiry: n.Expiry, In: n.In, Inferred: n.Inferred,
		})
	}
}

// versionOf tells the version by the form and by what the header says.
func versionOf(h *epcis.Header) Version {
	switch {
	case h.Form == epcis.JSON:
		return EPCIS2
	case strings.HasPrefix(h.SchemaVersion, "2"):
		return EPCIS2XML
	case strings.HasSuffix(strings.TrimSpace(h.GuidelineVersion), "1.2"):
		return R12
	}
	return R13
}
