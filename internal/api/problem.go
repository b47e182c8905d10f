package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/ledger"
)

// Problem is an error as the API sends it (RFC 9457) with the code of the rule
// that refused.
type Problem struct {
	Type   string        `json:"type" doc:"Names the kind of problem; docs/reference/codes.md explains each"`
	Title  string        `json:"title" doc:"The HTTP status in words"`
	Status int           `json:"status" doc:"The HTTP status"`
	Detail string        `json:"detail" doc:"What is wrong, where, and what to do"`
	Code   string        `json:"code,omitempty" doc:"Stable code of the refusal, such as trace/not-holder"`
	Kind   string        `json:"kind,omitempty" doc:"Kind of the refusal, such as denied or conflict"`
	Hint   string        `json:"hint,omitempty" doc:"What to do next"`
	Errors []ProblemItem `json:"errors,omitempty" doc:"Single findings, where there are several"`

	// Again is after how long it may be asked again, which Retry-After says; 0: nothing is said of it.
	Again time.Duration `json:"-"`
}

// ProblemItem is one of several findings.
type ProblemItem struct {
	Message  string `json:"message"`
	Location string `json:"location,omitempty" doc:"Path to the value, such as body.items[3]"`
}

// Error returns the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes the answer application/problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to ask again, where that is known: Retry-After, in seconds.
func (p *Problem) GetHeaders() http.Header {
	if p.Again <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {strconv.Itoa(int((p.Again + time.Second - 1) / time.Second))}}
}

// statuses maps the kinds of refusal to HTTP, once for the whole program.
var statuses = map[ledger.Kind]int{
	ledger.Invalid: http.StatusUnprocessableEntity, ledger.Denied: http.StatusForbidden, ledger.NotFound: http.StatusNotFound,
	ledger.Conflict: http.StatusConflict, ledger.Expired: http.StatusGone, ledger.Limit: http.StatusTooManyRequests,
	ledger.Unavailable: http.StatusServiceUnavailable, ledger.Internal: http.StatusInternalServerError,
}

// Refuse turns any error into a problem: a rule's with its code and kind, one
// that ran out of time as unavailable, anything else as it is.
func Refuse(err error) error {
	if err == nil {
		return nil
	}
	var refusal *ledger.Error
	var coded interface {
		error
		Kind() ledger.Kind
		Code() string
		Hint() string
	}
	switch {
	case errors.As(err, &refusal):
		k := refusal.Code.Kind
		return &Problem{
			Type: typeOf(refusal.Code.Name), Title: http.StatusText(statuses[k]), Status: statuses[k],
			Detail: err.Error(), Code: refusal.Code.Name, Kind: k.String(),
		}
	case errors.As(err, &coded):
		k := coded.Kind()
		p := &Problem{
			Type: typeOf(coded.Code()), Title: http.StatusText(statuses[k]), Status: statuses[k],
			Detail: err.Error(), Code: coded.Code(), Kind: k.String(), Hint: coded.Hint(),
		}
		var later interface{ RetryAfter() time.Duration }
		if errors.As(err, &later) {
			p.Again = later.RetryAfter()
		}
		return p
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return newProblem(http.StatusServiceUnavailable, "the ledger did not answer in time; what was sent may still be committed: ask for it by its id")
	}
	var status huma.StatusError
	if errors.As(err, &status) {
		return status
	}
	return newProblem(http.StatusInternalServerError, err.Error())
}

func typeOf(code string) string { return "urn:pedigree:" + strings.ReplaceAll(code, "/", ":") }

// Limits of what a refusal repeats of a request.
const (
	problemTextMax  = 1000 // bytes of one message
	problemItemsMax = 100
)

// shown is as much of a text as a refusal repeats: a decoder's error may quote a
// value of megabytes.
func shown(text string) string {
	if len(text) <= problemTextMax {
		return text
	}
	return strings.ToValidUTF8(text[:problemTextMax], "") + "…"
}

func newProblem(status int, detail string, errs ...error) huma.StatusError {
	p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: shown(detail)}
	for _, err := range errs[:min(len(errs), problemItemsMax)] {
		if err == nil {
			continue
		}
		item := ProblemItem{Message: shown(err.Error())}
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			item = ProblemItem{Message: shown(d.ErrorDetail().Message), Location: shown(d.ErrorDetail().Location)}
		}
		p.Errors = append(p.Errors, item)
	}
	return p
}
