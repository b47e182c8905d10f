package tryfile

import (
	"context"
	"errors"
	"io"
	"strings"

	"pedigree/format/epcis"
	"pedigree/internal/courier"
)

// RulePacked is the rule of what can't be unpacked.
const RulePacked = "file/packed"

// CheckedUpload is what came of checking a file: of a document, or of each one that is packed
// in it.
type CheckedUpload struct {
	CheckedFile
	Packed []*CheckedFile `json:"packed,omitempty" doc:"Of a ZIP archive or a gzip file: each document in it, for which the file itself has the sums"`
}

// CheckPacked unpacks a ZIP archive or a gzip file and checks each document in it by
// itself, under the name of both. What can't be unpacked is a finding, and the others
// are checked all the same; an error means that the file could not be read.
func CheckPacked(ctx context.Context, file io.ReaderAt, size int64, o CheckOptions) (*CheckedUpload, error) {
	if left := FindingsOfArchiveMax; o.Listed > 0 {
		o.left = &left
	}
	all := &CheckedUpload{CheckedFile: CheckedFile{File: o.Name, Complete: true, Findings: []epcis.Finding{}, options: o}}
	for entry, err := range courier.Unpack(o.Name, file, size) {
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		switch {
		case err != nil && !errors.Is(err, courier.ErrRefused):
			return all, err
		case err != nil && entry.Number == 0:
			all.Complete = false
			all.unpackable(err)
			return all, nil
		}
		one, err := all.checkEntry(ctx, entry, err)
		if err != nil {
			return all, err
		}
		all.add(one)
	}
	return all, nil
}

// checkEntry checks one document of an archive, unless it was refused.
func (c *CheckedUpload) checkEntry(ctx context.Context, entry courier.Entry, refused error) (*CheckedFile, error) {
	o := c.options
	o.Name += "/" + entry.Name
	one := &CheckedFile{File: o.Name, Findings: []epcis.Finding{}, options: o}
	if refused == nil {
		in := &upload{Reader: entry.Content}
		var err error
		if one, err = Check(ctx, in, o); in.err != nil {
			err = in.err // what the reader makes of it has lost whose fault it is
		}
		if err != nil && !errors.Is(err, courier.ErrRefused) {
			return nil, err
		}
		refused = err
	}
	one.Number = entry.Number
	if refused != nil {
		one.Complete = false
		one.unpackable(refused)
	}
	return one, nil
}

// unpackable is the finding of what can't be unpacked. A refusal says what is wrong and,
// behind a semicolon, what to do.
func (d *CheckedFile) unpackable(refused error) {
	text, remedy, told := strings.Cut(strings.TrimPrefix(refused.Error(), courier.ErrRefused.Error()+": "), "; ")
	if !told {
		remedy = "ask its sender for an archive of the documents alone, or for the documents themselves"
	}
	d.found([]epcis.Finding{{
		Severity: epcis.Fault, Set: epcis.SetStructure, Rule: RulePacked, Where: epcis.Where{File: d.File},
		Text: text, Remedy: remedy,
	}})
}

func (c *CheckedUpload) add(one *CheckedFile) {
	c.Packed = append(c.Packed, one)
	c.Complete = c.Complete && one.Complete
	c.Events += one.Events
	c.Objects += one.Objects
	c.Errors += one.Errors
	c.Warnings += one.Warnings
	c.Infos += one.Infos
	c.Unlisted += one.Unlisted
}
