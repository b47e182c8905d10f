package tryfile

import (
	"io"
	"slices"

	"pedigree/format/epcis"
)

// Targets are the forms that a document can be converted into, by name, in TargetNames'
// order.
var (
	Targets = map[string]epcis.Target{
		"xml1.1": {Form: epcis.XML, Version: "1.1"}, "xml1.2": {Form: epcis.XML, Version: "1.2"},
		"xml2.0": {Form: epcis.XML, Version: "2.0"}, "json": {Form: epcis.JSON, Version: "2.0"},
	}
	TargetNames = []string{"xml1.1", "xml1.2", "xml2.0", "json"}
)

// IDStyles are the styles of identifiers, in the order of epcis.IDStyle.
var IDStyles = []string{"keep", "urn", "link"}

// IDStyle finds a style by its name.
func IDStyle(name string) (epcis.IDStyle, bool) {
	i := slices.Index(IDStyles, name)
	return epcis.IDStyle(max(i, 0)), i >= 0
}

// ConvertedFile says what a conversion wrote and lost.
type ConvertedFile struct {
	File     string         `json:"file"`
	Events   int            `json:"events" doc:"Written"`
	Losses   int            `json:"losses" doc:"What the new form can't hold"`
	Counts   map[string]int `json:"losses_by_rule"`
	Listed   []epcis.Loss   `json:"listed_losses"`
	Unlisted int            `json:"unlisted" doc:"Losses that aren't listed"`

	// Max is how many losses of each kind are listed; 0 lists all.
	Max int `json:"-"`
	// Tell has each loss that would be listed as soon as it is found; nil lists them.
	Tell func(epcis.Loss) `json:"-"`
}

// NewConvertedFile returns an empty report.
func NewConvertedFile(file string, listed int, tell func(epcis.Loss)) *ConvertedFile {
	return &ConvertedFile{File: file, Counts: map[string]int{}, Listed: []epcis.Loss{}, Max: listed, Tell: tell}
}

// Run converts a document.
func (c *ConvertedFile) Run(out io.Writer, in io.Reader, o epcis.ConvertOptions) error {
	o.OnLoss = c.lost
	done, err := epcis.Convert(out, in, o)
	c.Events, c.Losses = done.Events, done.Losses
	return err
}

func (c *ConvertedFile) lost(l epcis.Loss) {
	c.Counts[l.Rule]++
	switch {
	case c.Max > 0 && c.Counts[l.Rule] > c.Max:
		c.Unlisted++
	case c.Tell != nil:
		c.Tell(l)
	default:
		c.Listed = append(c.Listed, l)
	}
}
