package tiview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/format/dscsa"
	"pedigree/format/gs1"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/vault"
	"pedigree/ledger"
)

// longWork is how long a large document may take in one request.
const longWork = 30 * time.Minute

// Source gives the documents of the organisation for which a request is made.
type Source func(ctx context.Context) *Documents

// searchQuery is a Search as a request writes it.
type searchQuery struct {
	Partner string `query:"partner" doc:"Organisation or GLN it is from, or a GLN of seller or buyer"`
	State   string `query:"state" doc:"arrived, checked, matched, waiting-for-goods, superseded, duplicate, refused or given"`
	GTIN    string `query:"gtin" doc:"14 digits"`
	NDC     string `query:"ndc" doc:"With hyphens, or eleven digits"`
	Lot     string `query:"lot"`
	Serial  string `query:"serial" doc:"Serial number, or the 18 digits of an SSCC"`
	Item    string `query:"item" doc:"A package, case or logistic unit, as scanned or typed"`
	PO      string `query:"po" doc:"Order number"`
	From    string `query:"from" format:"date" doc:"First day of shipment"`
	To      string `query:"to" format:"date" doc:"Last day of shipment"`
	Before  int64  `query:"before" minimum:"0" doc:"Number of the last one of the page before"`
	Limit   int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (q searchQuery) search() (Search, error) {
	s := Search{Partner: q.Partner, GTIN: q.GTIN, NDC: q.NDC, Lot: q.Lot, Serial: q.Serial, Item: q.Item, PO: q.PO, Before: q.Before, Limit: q.Limit}
	var err error
	if s.State, err = StateOf(q.State); err != nil {
		return s, fmt.Errorf("%w: %w", ErrWanting, err)
	}
	for _, f := range []struct {
		text string
		at   *time.Time
		days int
	}{{q.From, &s.From, 0}, {q.To, &s.To, 1}} {
		if f.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, f.text)
		if err != nil {
			return s, fmt.Errorf("%w: %q isn't a day such as 2026-01-31", ErrWanting, f.text)
		}
		*f.at = day.AddDate(0, 0, f.days)
	}
	return s, nil
}

type numberIn struct {
	Number int64 `path:"n" minimum:"1" doc:"Number of the entry"`
}

// AddRoutes registers the routes of documents.
func AddRoutes(s *api.Server, of Source, unpack Unpacker) {
	addReading(s, of)
	addTaking(s, of, unpack)
	addContent(s, of)
	addAnswers(s, of)
}

func route(need auth.Permission, method, path, id, summary string) huma.Operation {
	return api.Guarded(huma.Operation{Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, BodyReadTimeout: longWork}, need)
}

type body[T any] struct{ Body T }

func answered[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, refused(err)
	}
	return &body[T]{v}, nil
}

func addReading(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/documents", "list-documents", "Search partners' transaction data"), func(ctx context.Context, in *searchQuery) (*body[[]Entry], error) {
		q, err := in.search()
		if err != nil {
			return nil, refused(err)
		}
		list, err := of(ctx).List(ctx, q)
		return answered(list, err)
	})
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/documents/{n}", "get-document", "What a partner's document says"), func(ctx context.Context, in *numberIn) (*body[Detail], error) {
		d, err := of(ctx).Show(ctx, in.Number)
		return answered(d, err)
	})
}

func addTaking(s *api.Server, of Source, unpack Unpacker) {
	type takeIn struct {
		Name    string `query:"name" required:"true" maxLength:"255" doc:"File name"`
		Partner string `query:"partner" maxLength:"255" doc:"Organisation or GLN it is from"`
		Archive bool   `query:"archive" doc:"It is brought over from another system: what the same partner sent before is the same entry, and no duplicate"`
	}
	take := api.Upload(route(auth.Receive, http.MethodPost, "/documents", "take-document", "Take in a partner's transaction data: a document, or several packed in a zip archive"))
	take.Responses = taken(s)
	huma.Register(s.API, take, func(ctx context.Context, in *takeIn) (*body[any], error) {
		a := Arrival{Partner: in.Partner, Name: in.Name, Means: WayUpload, Archive: in.Archive, Reader: api.UploadOf(ctx)}
		if a.Archive {
			a.Means = WayArchive
		}
		if unpack.packed(&a) {
			list, err := unpack.take(ctx, a)
			return answered[any](list, err)
		}
		d := of(ctx)
		e, err := d.Take(ctx, a)
		if err != nil {
			return nil, refused(err)
		}
		detail, err := d.Show(ctx, e.Number)
		return answered[any](detail, err)
	})
	type giveIn struct {
		Number int64 `path:"n" minimum:"1" doc:"Number of the entry"`
		Body   struct {
			Partner string `json:"partner" minLength:"1" maxLength:"255" doc:"Organisation or GLN it is from"`
		}
	}
	huma.Register(s.API, route(auth.Receive, http.MethodPost, "/documents/{n}/give", "give-document", "Take a document again as another partner's, which came as a wrong one's or nobody's"), func(ctx context.Context, in *giveIn) (*body[Detail], error) {
		e, err := of(ctx).Give(ctx, in.Number, in.Body.Partner)
		if err != nil {
			return nil, refused(err)
		}
		detail, err := of(ctx).Show(ctx, e.Number)
		return answered(detail, err)
	})
	addChecking(s, of)
}

func addChecking(s *api.Server, of Source) {
	type checkIn struct {
		Name string `query:"name" required:"true" maxLength:"255" doc:"File name, as findings name it"`
	}
	huma.Register(s.API, api.Upload(route(auth.Receive, http.MethodPost, "/documents/check", "check-document", "Check transaction data as its receiver, and keep nothing")), func(ctx context.Context, in *checkIn) (*body[dscsa.Checked], error) {
		c, err := dscsa.Check(api.UploadOf(ctx), dscsa.ReadOptions{File: in.Name, Now: of(ctx).Now()})
		return answered(c, err)
	})
}

func addContent(s *api.Server, of Source) {
	content := route(auth.ReadGoods, http.MethodGet, "/documents/{n}/content", "get-document-content", "Take a partner's document out as it came")
	content.Responses = binary("application/octet-stream")
	huma.Register(s.API, content, func(ctx context.Context, in *numberIn) (*huma.StreamResponse, error) {
		r, name, err := of(ctx).Content(ctx, in.Number)
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) {
			defer r.Close()
			confine(out, "application/octet-stream", "attachment", name)
			_, _ = io.Copy(out.BodyWriter(), r) // what is cut off is short of its size
		}}, nil
	})
	type printIn struct {
		Number int64  `path:"n" minimum:"1" doc:"Number of the entry"`
		Form   string `query:"form" enum:"html,pdf" default:"html"`
	}
	print := route(auth.ReadGoods, http.MethodGet, "/documents/{n}/print", "print-document", "Transaction information and statement, to be read or printed")
	print.Responses = binary("text/html", "application/pdf")
	huma.Register(s.API, print, func(ctx context.Context, in *printIn) (*huma.StreamResponse, error) {
		p, err := of(ctx).Form(ctx, in.Number)
		var out bytes.Buffer
		media, write := "text/html; charset=utf-8", p.HTML
		if in.Form == "pdf" {
			media, write = "application/pdf", p.PDF
		}
		if err == nil {
			err = write(&out)
		}
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			confine(c, media, "inline", fmt.Sprintf("document-%d.%s", in.Number, in.Form))
			_, _ = c.BodyWriter().Write(out.Bytes())
		}}, nil
	})
}

// confine says of an answer that a browser may show it, and nothing of it may run.
func confine(c huma.Context, media, disposition, name string) {
	c.SetHeader("Content-Type", media)
	c.SetHeader("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": name}))
	c.SetHeader("X-Content-Type-Options", "nosniff")
	c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
}

func binary(media ...string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{}
	for _, m := range media {
		content[m] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return map[string]*huma.Response{"200": {Description: "The document", Content: content}}
}

func refused(err error) error {
	var id *gs1.Error
	switch {
	case errors.As(err, &id), errors.Is(err, ErrWanting), errors.Is(err, ErrEmpty), errors.Is(err, vault.ErrTooLarge):
		err = api.Coded(err, ledger.Invalid, "ti/arrival")
	case errors.Is(err, vault.ErrNotFound):
		err = api.Coded(err, ledger.NotFound, "ti/not-found")
	case errors.Is(err, ErrNotGiven):
		err = api.Coded(err, ledger.Conflict, "ti/not-given")
	case errors.Is(err, ErrTooWide):
		err = api.Coded(err, ledger.Limit, "ti/too-wide")
	case errors.Is(err, ErrTooMany):
		err = api.Coded(err, ledger.Conflict, "ti/too-many")
	case vault.Unavailable(err):
		err = api.Coded(err, ledger.Unavailable, "ti/store")
	}
	return api.Refuse(err)
}
