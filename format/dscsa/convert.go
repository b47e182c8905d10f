package dscsa

import (
	"fmt"
	"io"
	"slices"
	"time"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
)

// ConvertOptions say how to write a document in another version.
type ConvertOptions struct {
	File string    // its name, for findings
	Now  time.Time // for dates in the future and expired lots; zero skips both
	// Prefixes tell where the company prefix ends, for the EPC URNs of R1.2 and R1.3;
	// those that the document itself shows are learned.
	Prefixes gs1.PrefixTable
}

// Lost is something of a document that another version can't hold, and what that holds
// up at a receiver: BlocksData, or BlocksNothing.
type Lost struct {
	epcis.Loss
	Blocks string `json:"blocks"`
}

// Converted is what becomes of a document in another version.
type Converted struct {
	To     Version `json:"to"`
	Losses int     `json:"losses" doc:"What that version can't hold, counted"`
	Lost   []Lost  `json:"lost" doc:"What that is, at most 100 of each rule, the gravest first"`
	Blocks string  `json:"blocks" doc:"The gravest of losses and findings: goods, data or none"`
	// Checked is the document in the new version, as its receiver reads it.
	Checked Checked `json:"checked"`
}

// blocking are the losses of what a receiver must have: the rest is no part of
// transaction information (FD&C Act section 581(26)) and statement.
var blocking = map[string]bool{
	epcis.LossAssociation: true, // what is packed in what
	epcis.LossQueryHeader: true, // the statement
	epcis.LossMasterData:  true, // products and addresses
	// A partner who takes a guideline's version reads EPC URNs, and would not find the package.
	epcis.LossPrefixUnknown: true, epcis.LossNoURN: true,
}

// Convert writes a document in another version. Events keep their hashes, but for the
// mark of a direct purchase, which R1.2 writes otherwise than its successors. In that is
// an io.Seeker is read twice where its header may stand behind its events.
func Convert(out io.Writer, in io.Reader, to Version, o ConvertOptions) (int, error) {
	return convert(out, in, to, o, nil)
}

func convert(out io.Writer, in io.Reader, to Version, o ConvertOptions, onLoss func(epcis.Loss)) (int, error) {
	c := epcis.ConvertOptions{
		From: epcis.Options{File: o.File, Limits: epcis.Limits{DocumentBytes: DocumentBytesMax}}, Prefixes: o.Prefixes, OnLoss: onLoss,
		Header: func(h *epcis.Header) { h.GuidelineVersion = guidelineOf(to) },
		Event:  func(e *epcis.Event) { markDirect(e, to) },
	}
	switch to {
	case R12, R13:
		c.To, c.IDs = epcis.Target{Form: epcis.XML, Version: "1.2"}, epcis.AsEPCURN
	case EPCIS2:
		c.To = epcis.Target{Form: epcis.JSON, Version: "2.0"}
	case EPCIS2XML:
		c.To = epcis.Target{Form: epcis.XML, Version: "2.0"}
	default:
		return 0, fmt.Errorf("couldn't convert the document: version %q isn't one of %v", string(to), Versions)
	}
	done, err := epcis.Convert(out, in, c)
	if err != nil {
		return done.Losses, fmt.Errorf("couldn't write the document as %s: %w", to, err)
	}
	return done.Losses, nil
}

// guidelineOf is what a document of a version calls its guideline.
func guidelineOf(v Version) string {
	if v == R12 {
		return "GS1 US DSCSA R1.2"
	}
	return "GS1 US DSCSA R1.3"
}

// markDirect writes the mark of a direct purchase as a version has it.
func markDirect(e *epcis.Event, to Version) {
	n := usNode(e, "directPurchase")
	if n == nil || !directOf(e) || (len(n.Attrs) == 0 && len(n.Children) == 0) == (to == R12) {
		return
	}
	w := writing{version: to}
	list := slices.Clone(e.Extensions)
	for i := range list {
		if list[i].Name == n.Name {
			list[i] = w.direct()
		}
	}
	e.Extensions = list
}

// CheckAs says what a document becomes in another version, and what its receiver would
// find there. Nothing is kept. An error means that the document can't be converted at
// all, or that its source failed.
func CheckAs(in io.Reader, from Checked, to Version, o ConvertOptions) (Converted, error) {
	c := Converted{To: to, Lost: []Lost{}, Blocks: BlocksNothing}
	counts := map[string]int{}
	written, err := checkWritten(in, to, o, func(l epcis.Loss) {
		c.Losses++
		if counts[l.Rule]++; counts[l.Rule] <= lossesListed {
			c.Lost = append(c.Lost, lost(l))
		}
		if blocking[l.Rule] {
			c.Blocks = BlocksData
		}
	})
	if err != nil {
		return c, err
	}
	c.Checked = written
	if written.Blocks == BlocksGoods || c.Blocks == BlocksNothing {
		c.Blocks = written.Blocks
	}
	if written.Packages < from.Packages || written.Shipments < from.Shipments || from.Affirmed && !written.Affirmed {
		c.Blocks = BlocksGoods
	}
	slices.SortStableFunc(c.Lost, func(a, b Lost) int { return rank(b.Blocks) - rank(a.Blocks) })
	return c, nil
}

func lost(l epcis.Loss) Lost {
	if blocking[l.Rule] {
		return Lost{l, BlocksData}
	}
	return Lost{l, BlocksNothing}
}

func rank(blocks string) int {
	return slices.Index([]string{BlocksNothing, BlocksData, BlocksGoods}, blocks)
}

// checkWritten converts, and reads what is written meanwhile.
func checkWritten(in io.Reader, to Version, o ConvertOptions, onLoss func(epcis.Loss)) (Checked, error) {
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := convert(writer, in, to, o, onLoss)
		_ = writer.CloseWithError(err) // never fails
		ended <- err
	}()
	checked, err := Check(reader, ReadOptions{File: o.File, Now: o.Now})
	// What stands behind the events is of no interest to who reads them, and has to be written.
	_, _ = io.Copy(io.Discard, reader)
	if failed := <-ended; failed != nil {
		return checked, failed
	}
	return checked, err
}
