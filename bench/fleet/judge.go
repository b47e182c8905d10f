package fleet

import (
	"context"
	"errors"
	"time"
)

// Question asks about things: each by itself, or all in one call.
type Question struct {
	Scans    []string
	Together bool
}

// Judged is what came of it: how long each call took, and for each scan the rule
// that decided.
type Judged struct {
	Took  []time.Duration
	Rules []string
}

// judge asks the desk as the program does for a person who scans.
func (v *validator) judge(ctx context.Context, q Question) (out Judged, err error) {
	if v.node == nil {
		return out, errors.New("couldn't answer about a thing: only a ledger can")
	}
	if err := v.open(ctx); err != nil {
		return out, err
	}
	each := 1
	if q.Together {
		each = len(q.Scans)
	}
	for from := 0; from < len(q.Scans); from += each {
		began := time.Now()
		answers, err := v.desk.Judge(ctx, q.Scans[from:from+each])
		if err != nil {
			return out, err
		}
		out.Took = append(out.Took, time.Since(began))
		for _, a := range answers {
			out.Rules = append(out.Rules, a.Rule)
		}
	}
	return out, nil
}
