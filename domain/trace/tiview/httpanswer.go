package tiview

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/api"
	"pedigree/internal/auth"
)

// AnswerQuery is a Question as a request writes it.
type AnswerQuery struct {
	Partner string `query:"partner" maxLength:"255" doc:"Organisation or GLN that it is from or to, or a GLN of seller or buyer"`
	State   string `query:"state" doc:"As in the list of documents"`
	GTIN    string `query:"gtin" maxLength:"255" doc:"14 digits"`
	NDC     string `query:"ndc" maxLength:"255" doc:"With hyphens, or eleven digits"`
	Lot     string `query:"lot" maxLength:"255"`
	Serial  string `query:"serial" maxLength:"255" doc:"Serial number, or the 18 digits of an SSCC"`
	Item    string `query:"item" maxLength:"255" doc:"A package, case or logistic unit, as scanned or typed"`
	PO      string `query:"po" maxLength:"255" doc:"Order number"`
	Number  string `query:"number" maxLength:"255" doc:"Any number of the document: order, despatch advice, return, or its own"`
	From    string `query:"from" format:"date" doc:"First day of shipment"`
	To      string `query:"to" format:"date" doc:"Last day of shipment"`
	Way     string `query:"way" enum:"in,out,both" default:"both" doc:"What came, what left, or both"`
	AskedBy string `query:"asked_by" maxLength:"255" doc:"Who asks, in words, such as an office and the number of its request; it stands on the cover"`
}

func (q AnswerQuery) question(ctx context.Context) (Question, error) {
	s, err := searchQuery{
		Partner: q.Partner, State: q.State, GTIN: q.GTIN, NDC: q.NDC, Lot: q.Lot, Serial: q.Serial, Item: q.Item, PO: q.PO, From: q.From, To: q.To,
	}.search()
	if err != nil {
		return Question{}, err
	}
	s.Number = q.Number
	if s.Way, err = WayOf(q.Way); err != nil {
		return Question{}, fmt.Errorf("%w: %w", ErrWanting, err)
	}
	who, _ := auth.From(ctx)
	return Question{Search: s, AskedBy: q.AskedBy, By: who.ID}, nil
}

func addAnswers(s *api.Server, of Source) {
	huma.Register(s.API, route(auth.ReadGoods, http.MethodGet, "/documents/find", "find-documents", "Search what came and what left for an inspector, with what can't be told"), func(ctx context.Context, in *AnswerQuery) (*body[*Answer], error) {
		q, err := in.question(ctx)
		if err != nil {
			return nil, refused(err)
		}
		a, err := of(ctx).Answer(ctx, q)
		return answered(a, err)
	})
	type printIn struct {
		AnswerQuery
		Form string `query:"form" enum:"html,pdf,csv" default:"html" doc:"csv has the table alone"`
	}
	print := route(auth.ReadGoods, http.MethodGet, "/documents/find/print", "print-documents", "Answer an inspector's search: cover, table, and the transaction information and statement of each document")
	print.Responses = binary("text/html", "application/pdf", "text/csv")
	huma.Register(s.API, print, func(ctx context.Context, in *printIn) (*huma.StreamResponse, error) {
		q, err := in.question(ctx)
		if err != nil {
			return nil, refused(err)
		}
		d := of(ctx)
		a, err := d.Answer(ctx, q)
		if err != nil {
			return nil, refused(err)
		}
		return &huma.StreamResponse{Body: func(out huma.Context) { d.hand(out, a, in.Form) }}, nil
	})
}

// hand writes an answer as it is made. One that can't be ended is broken off, so that
// nobody takes a part for the whole.
func (d *Documents) hand(out huma.Context, a *Answer, form string) {
	media, write := "text/html; charset=utf-8", func(w io.Writer) error { return d.WriteHTML(out.Context(), a, w) }
	switch form {
	case "pdf":
		media, write = "application/pdf", func(w io.Writer) error { return d.WritePDF(out.Context(), a, w) }
	case "csv":
		media, write = "text/csv; charset=utf-8", a.CSV
	}
	confine(out, media, "inline", fmt.Sprintf("answer-%s.%s", a.At.Format("20060102-150405"), form))
	if err := write(out.BodyWriter()); err != nil {
		if out.Context().Err() == nil {
			d.Log.Error("couldn't end the answer to an inspector; what was handed out is broken off", "error", err)
		}
		panic(http.ErrAbortHandler) // net/http closes the connection, and the reader sees that the end is missing
	}
}
