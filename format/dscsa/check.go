package dscsa

import (
	"errors"
	"fmt"
	"io"

	"pedigree/format/epcis"
)

// CheckedMax is how many findings of a document are listed; all are counted.
const CheckedMax = 1_000

// Found is a finding with what to do about it.
type Found struct {
	epcis.Finding
	Fix Remedy `json:"fix"`
}

// Checked is what reading a document as its receiver found.
type Checked struct {
	Version   string  `json:"version,omitempty"`
	Events    int     `json:"events"`
	Shipments int     `json:"shipments"`
	Packages  int     `json:"packages" doc:"Saleable packages, inferred from what is packed in what"`
	Affirmed  bool    `json:"affirmed" doc:"It has an affirmed transaction statement"`
	Bytes     int64   `json:"bytes"`
	Blocks    string  `json:"blocks" doc:"The gravest of the findings: goods, data or none"`
	Found     []Found `json:"found"`
	More      int     `json:"more" doc:"Findings that aren't listed"`
	// Hashes are those of the events, in their order; zero for one that has none. There
	// are none of a document that can't be read.
	Hashes [][32]byte `json:"-"`
}

// The rules of documents between partners, beside those of format/epcis.
const (
	RuleSize       = "dscsa/partner-size" // a partner may refuse it for its size
	RuleNoEvents   = "dscsa/no-events"    // it has a header and tells nothing
	RuleNoShipment = "dscsa/no-shipment"  // it tells of goods and ships none
)

// PartnerRules lists them.
var PartnerRules = []string{RuleNoEvents, RuleNoShipment, RuleSize}

// checkShipments reports a document that ships nothing.
func (out *Reading) checkShipments(file string) {
	f := epcis.Finding{Severity: epcis.Warning, Set: epcis.SetDSCSA, Where: epcis.Where{File: file}, Remedy: "send the shipping event"}
	switch {
	case len(out.Shipments) > 0 || out.Header.Kind != epcis.CaptureDocument:
		return
	case out.Events == 0:
		f.Rule, f.Text = RuleNoEvents, "the document has no event"
	default:
		f.Rule, f.Text = RuleNoShipment, "the document has no shipping event: it says of goods how they came to be, and of none who sold them to whom"
	}
	out.Findings = append(out.Findings, f)
}

// Check reads a document as its receiver will. That it can't be read is a finding
// too; an error means that its source failed.
func Check(in io.Reader, o ReadOptions) (Checked, error) {
	source := &counted{r: in}
	o.Lean = true
	r, err := Read(source, o)
	c := Checked{Blocks: BlocksNothing, Found: []Found{}, Bytes: source.n}
	var refusal *epcis.Error
	switch {
	case source.err != nil:
		return c, source.err
	case errors.As(err, &refusal):
		c.add(epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: refusal.Rule, Text: refusal.Text, Remedy: refusal.Remedy,
			Where: epcis.Where{File: refusal.File, Line: refusal.Line, Path: refusal.Path, Event: refusal.Event},
		})
		return c, nil
	case err != nil:
		return c, err
	}
	c.Version, c.Events, c.Shipments, c.Packages, c.Affirmed = string(r.Version), r.Events, len(r.Shipments), r.Packages, r.Header.Statement.Affirmed()
	c.Hashes = r.Hashes
	for _, f := range r.Findings {
		c.add(f)
	}
	if c.Bytes > PartnerBytes {
		c.add(epcis.Finding{
			Severity: epcis.Info, Set: epcis.SetDSCSA, Rule: RuleSize, Where: epcis.Where{File: o.File},
			Text: fmt.Sprintf("the document has %d bytes; some partners refuse more than %d", c.Bytes, PartnerBytes), Remedy: "ship fewer items at a time, if the partner refuses it",
		})
	}
	return c, nil
}

func (c *Checked) add(f epcis.Finding) {
	fix, _ := RemedyOf(f.Rule)
	if fix.Blocks == BlocksGoods || fix.Blocks == BlocksData && c.Blocks == BlocksNothing {
		c.Blocks = fix.Blocks
	}
	if len(c.Found) >= CheckedMax {
		c.More++
		return
	}
	c.Found = append(c.Found, Found{f, fix})
}

// counted counts what is read, and remembers an error of the source itself.
type counted struct {
	r   io.Reader
	n   int64
	err error
}

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}
