package arrival

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"pedigree/format/epcis"
	"pedigree/internal/exchange"
)

// KindEPCIS is a document of EPCIS events.
const KindEPCIS = "epcis"

// Words of the verdict in the receiver's list.
const (
	verdictOK   = "ok"
	verdictWarn = "warn"
	verdictStop = "stop"
)

// opener opens an arrived document.
type opener interface {
	OpenArrived(context.Context, exchange.Incoming) (io.ReadCloser, error)
}

// EPCIS is the kind of EPCIS documents, each checked when it arrives.
func EPCIS(x opener) exchange.Kind {
	return exchange.Kind{
		Name: KindEPCIS, BytesMax: EPCISBytesMax, Document: true,
		Arrived: func(ctx context.Context, in exchange.Incoming) (exchange.Outcome, error) {
			return lookAtEPCIS(ctx, x, in)
		},
	}
}

func lookAtEPCIS(ctx context.Context, x opener, in exchange.Incoming) (exchange.Outcome, error) {
	file, err := x.OpenArrived(ctx, in)
	if err != nil {
		return exchange.Outcome{}, err
	}
	defer file.Close()
	hurry, cancel := context.WithTimeout(ctx, lookMax)
	defer cancel()
	l := look{ctx: hurry}
	err = l.read(file, in)
	switch {
	case ctx.Err() != nil:
		return exchange.Outcome{}, ctx.Err()
	case hurry.Err() != nil:
		return exchange.Outcome{State: exchange.Waiting, Verdict: verdictWarn, Reason: fmt.Sprintf("checking it took longer than %s, so its sender was told nothing; check it with pedigree epcis check", lookMax)}, nil
	case err != nil:
		return exchange.Outcome{}, err
	}
	return l.outcome(), nil
}

// look is one pass over a document.
type look struct {
	ctx      context.Context
	events   int
	faults   int // that it is rejected for
	others   int
	findings []epcis.Finding
}

// reader ends with its context: a look that takes too long ends.
type reader struct {
	ctx    context.Context
	r      io.Reader
	failed error // of the store or the context, which is not the document's fault
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (n int, err error) {
	if err = r.ctx.Err(); err == nil {
		n, err = r.r.Read(p)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return n, err
}

// read checks a document. An error is not the document's fault.
func (l *look) read(file io.Reader, in exchange.Incoming) error {
	from := &reader{ctx: l.ctx, r: file}
	r, err := epcis.NewReader(from, epcis.Options{File: in.Subject.Name})
	check := epcis.NewChecker(epcis.CheckOptions{Now: in.Received})
	for err == nil {
		var e *epcis.Event
		if e, err = r.Next(); err == nil {
			l.events++
			l.add(check.Event(e)...)
		}
	}
	var broken *epcis.Error
	switch {
	case from.failed != nil:
		return fmt.Errorf("couldn't read the document: %w", from.failed)
	case errors.As(err, &broken):
		l.add(epcis.Finding{
			Severity: epcis.Fault, Set: epcis.SetStructure, Rule: broken.Rule, Text: broken.Text, Remedy: broken.Remedy,
			Where: epcis.Where{File: broken.File, Line: broken.Line, Path: broken.Path, Event: broken.Event},
		})
		return nil
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("couldn't read the document: %w", err)
	}
	l.add(check.Finish(r.Header())...)
	return nil
}

// add keeps findings. Goods that an earlier document commissioned are no finding: one
// document alone can't know.
func (l *look) add(list ...epcis.Finding) {
	for _, f := range list {
		switch {
		case f.Severity == epcis.Info || f.Rule == "dscsa/not-commissioned":
			continue
		case grave(f):
			l.faults++
		default:
			l.others++
		}
		if len(l.findings) < findingsMax {
			l.findings = append(l.findings, f)
		} else if at := slices.IndexFunc(l.findings, func(f epcis.Finding) bool { return !grave(f) }); at >= 0 && grave(f) {
			l.findings[at] = f // what it is rejected for goes first
		}
	}
}

// grave tells whether a document is rejected for a finding.
func grave(f epcis.Finding) bool {
	return f.Severity == epcis.Fault && f.Set != epcis.SetDSCSA
}

// outcome says what becomes of the document, and what its sender is told.
func (l *look) outcome() exchange.Outcome {
	a := exchange.Acknowledgement{Answer: exchange.Accepted, Text: fmt.Sprintf("%d events", l.events)}
	if l.faults+l.others > 0 {
		a.Text = fmt.Sprintf("%d events; %d faults for which it is rejected, %d other findings", l.events, l.faults, l.others)
	}
	out := exchange.Outcome{State: exchange.Waiting, Verdict: verdictOK, Reason: a.Text, Answer: &a}
	switch {
	case l.faults > 0:
		a.Answer, out.State, out.Verdict = exchange.RejectedWithFindings, exchange.Rejected, verdictStop
	case l.others > 0:
		a.Answer, out.Verdict = exchange.AcceptedWithFindings, verdictWarn
	}
	slices.SortStableFunc(l.findings, func(a, b epcis.Finding) int { return order(a) - order(b) })
	for _, f := range l.findings {
		where := f.Rule
		if f.Where.Line > 0 {
			where = fmt.Sprintf("line %d: %s", f.Where.Line, f.Rule)
		}
		text := f.Text
		if f.Subject != "" {
			text = f.Subject + ": " + text
		}
		a.Items = append(a.Items, exchange.RefusedItem{Item: exchange.Line(where, itemBytesMax), Reason: exchange.Line(text, textBytesMax)})
	}
	return out
}

func order(f epcis.Finding) int {
	if grave(f) {
		return 0
	}
	return 1
}
