package tryfile

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"pedigree/format/epcis"
	"pedigree/internal/turns"
)

// CheckOptions say how a document is checked.
type CheckOptions struct {
	Name    string      // of the document, as findings name it
	Sets    []epcis.Set // none means all
	Now     time.Time   // to check times against
	Lenient bool        // take what senders get wrong and what can be understood
	Listed  int         // findings of each severity; 0 lists all
	// Tell has each finding that would be listed as soon as it is found; nil lists them.
	Tell func(epcis.Finding)
	Hand *turns.Hand

	left *int // findings of an archive that may still be listed; nil for any number
}

// CheckedFile is what came of checking a document.
type CheckedFile struct {
	File     string          `json:"file"`
	Number   int             `json:"number,omitempty" doc:"Place in the archive, from 1"`
	Form     string          `json:"form" doc:"XML or JSON; empty for what is neither"`
	Version  string          `json:"version" doc:"Of the schema, as the document names it"`
	Complete bool            `json:"complete" doc:"It was read to its end"`
	Events   int             `json:"events"`
	Objects  int             `json:"objects" doc:"Things with an identity of their own that the events name"`
	Errors   int             `json:"errors"`
	Warnings int             `json:"warnings"`
	Infos    int             `json:"infos"`
	Findings []epcis.Finding `json:"findings"`
	Unlisted int             `json:"unlisted" doc:"Findings that aren't listed"`
	Problem  string          `json:"problem,omitempty" doc:"Why the file could not be read at all"`

	options CheckOptions
}

// Check reads and checks one document. What is wrong with it is a finding; an error
// means that there was nothing to read.
func Check(ctx context.Context, in io.Reader, o CheckOptions) (*CheckedFile, error) {
	if len(o.Sets) == 0 {
		o.Sets = epcis.AllSets
	}
	d := &CheckedFile{File: o.Name, Findings: []epcis.Finding{}, options: o}
	checker := epcis.NewChecker(epcis.CheckOptions{Now: o.Now, Sets: o.Sets})
	var objects epcis.ObjectCount
	h, err := Read(ctx, in, epcis.Options{File: o.Name, Lenient: o.Lenient}, o.Hand, func(e *epcis.Event) error {
		d.Events++
		objects.Add(e)
		d.found(checker.Event(e))
		d.tolerated(e.Remarks())
		return nil
	})
	d.Form, d.Version, d.Objects = h.Form.String(), h.SchemaVersion, objects.Objects()
	if fault, ok := Fault(err); ok {
		d.found([]epcis.Finding{{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: fault.Rule, Text: fault.Text, Remedy: fault.Remedy,
			Where: epcis.Where{File: fault.File, Line: fault.Line, Path: fault.Path, Event: fault.Event},
		}})
		return d, nil
	}
	if err != nil {
		return d, err
	}
	d.Complete = true
	d.found(checker.Finish(h))
	d.tolerated(h.Remarks())
	return d, nil
}

// tolerated names what was read leniently when the rules that do it aren't among the
// sets.
func (d *CheckedFile) tolerated(remarks []epcis.Finding) {
	if slices.Contains(d.options.Sets, epcis.SetStructure) {
		return
	}
	for _, f := range remarks {
		if strings.HasPrefix(f.Rule, "lenient/") {
			d.found([]epcis.Finding{f})
		}
	}
}

// found counts findings and lists those that are within the number.
func (d *CheckedFile) found(list []epcis.Finding) {
	for _, f := range list {
		n := &d.Infos
		switch f.Severity {
		case epcis.Fault:
			n = &d.Errors
		case epcis.Warning:
			n = &d.Warnings
		}
		*n++
		switch {
		case d.options.Listed > 0 && *n > d.options.Listed, d.options.left != nil && *d.options.left == 0:
			d.Unlisted++
			continue
		case d.options.Tell != nil:
			d.options.Tell(f)
		default:
			d.Findings = append(d.Findings, f)
		}
		if d.options.left != nil {
			*d.options.left--
		}
	}
}
