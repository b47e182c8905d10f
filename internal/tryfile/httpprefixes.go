package tryfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/ledger"
)

// Names of the parts of a form with a document and a list of company prefixes.
const documentPart, prefixesPart = "document", "prefixes"

var (
	errDocumentForm = huma.Error422UnprocessableEntity("send the document as the body, or a form (multipart/form-data) with the document as its part document and, if there is one, GS1's list of company prefixes as its part prefixes")
	errPrefixIDs    = huma.Error422UnprocessableEntity("only EPC URNs need the lengths of company prefixes: ask for ids=urn, or leave the prefixes out")
)

// source is a document that is converted, and the company prefixes that are known for it.
type source struct {
	*held
	prefixes gs1.PrefixTables
}

// source takes in what is converted: a body that is the document, or a form.
func (d *desk) source(ctx context.Context, w work, in Into) (s source, err error) {
	if len(in.Prefixes) > 0 {
		own, err := gs1.NewPrefixTable(in.Prefixes)
		if err != nil {
			return s, badPrefixes(err)
		}
		s.prefixes = append(s.prefixes, own)
	}
	media, parameters, _ := mime.ParseMediaType(in.Type) // what is no form is the document
	if media == "multipart/form-data" {
		err = d.form(ctx, w, &s, multipart.NewReader(w.in, parameters["boundary"]))
	} else {
		s.held, err = d.whole(w.in)
	}
	if err == nil && len(s.prefixes) > 0 && in.IDs != "urn" {
		err = errPrefixIDs
	}
	if err != nil && s.held != nil {
		err = errors.Join(err, s.Close())
	}
	return s, err
}

func (d *desk) form(ctx context.Context, w work, s *source, form *multipart.Reader) error {
	listed := false
	for {
		p, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && s.held == nil, err != nil && !errors.Is(err, io.EOF):
			return errDocumentForm
		case err != nil:
			return nil
		case p.FormName() == documentPart && s.held == nil:
			s.held, err = d.whole(p)
		case p.FormName() == prefixesPart && !listed:
			listed = true
			err = s.list(ctx, w, p)
		default:
			return errDocumentForm
		}
		if err != nil {
			return err
		}
	}
}

// list reads GS1's list of company prefixes.
func (s *source) list(ctx context.Context, w work, from io.Reader) error {
	return w.hand.Do(func() error {
		list, err := gs1.ReadPrefixList(w.hand.Reader(from))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return badPrefixes(err)
		}
		s.prefixes = append(s.prefixes, list)
		return nil
	})
}

func badPrefixes(err error) error {
	var bad *gs1.Error
	if !errors.As(err, &bad) {
		return err // the body broke off
	}
	return api.Coded(fmt.Errorf("couldn't read the company prefixes: %w", err), ledger.Invalid, bad.Rule,
		"a company prefix has 6 to 12 digits; a list is the one that GS1 publishes as GCP Prefix Format List, in JSON or XML")
}

// withForm says that a route also takes a form. It is said afterwards, for the body is
// read here and not by what reads forms.
func withForm(o huma.Operation) {
	part := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	o.RequestBody.Content["multipart/form-data"] = &huma.MediaType{Schema: &huma.Schema{
		Type: huma.TypeObject, Properties: map[string]*huma.Schema{documentPart: part, prefixesPart: part}, Required: []string{documentPart},
	}}
}

// tooMuch is the answer about documents for which there is no room.
func tooMuch() error {
	return huma.NewError(http.StatusRequestEntityTooLarge, fmt.Sprintf("documents with more than %d bytes together, or %d in their new form, are not converted or compared here; do it with pedigree epcis convert or pedigree epcis diff", heldBytesMax, writtenBytesMax))
}
