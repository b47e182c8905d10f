package obs

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// Fact is one thing that a span tells. The only ones that can be made are numbers
// and names that the program itself gives: nothing that came from outside fits in.
type Fact struct{ attribute attribute.KeyValue }

// Height tells a block's height.
func Height(h uint64) Fact { return Fact{attribute.Int64("pedigree.height", int64(h))} }

// Count tells how many there were of something that the program names, such as
// entries or events.
func Count(of Word, n int) Fact { return Fact{attribute.Int("pedigree."+string(of), n)} }

// Bytes tells a size.
func Bytes(n int) Fact { return Fact{attribute.Int("pedigree.bytes", n)} }

// Route tells an operation by its pattern, such as /api/v1/entries/{id}, and its id.
func Route(method, pattern, operation string) []Fact {
	return []Fact{
		{attribute.String("http.request.method", method)}, {attribute.String("http.route", pattern)}, {attribute.String("pedigree.operation", operation)},
	}
}

// Status tells an HTTP answer's status.
func Status(code int) Fact { return Fact{attribute.Int("http.response.status_code", code)} }

// Word is a word of the program's own: an untyped constant becomes one, and a text
// that was read becomes none by accident.
type Word string

// Span begins a span; end ends it, with what went wrong, of which only that it did
// is told: an error's text may name a product or a person. Without traces it costs
// next to nothing.
func Span(ctx context.Context, name Word, facts ...Fact) (_ context.Context, end func(err error, facts ...Fact)) {
	ctx, span := otel.Tracer("pedigree").Start(ctx, string(name), trace.WithAttributes(attributes(facts)...))
	return ctx, func(err error, facts ...Fact) {
		span.SetAttributes(attributes(facts)...)
		if err != nil {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

func attributes(facts []Fact) []attribute.KeyValue {
	list := make([]attribute.KeyValue, len(facts))
	for i, f := range facts {
		list[i] = f.attribute
	}
	return list
}
