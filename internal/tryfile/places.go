package tryfile

import (
	"errors"
	"sync"
	"time"

	"pedigree/internal/api"
	"pedigree/ledger"
)

// busy is the refusal of a document for which there is no place now.
type busy struct{ api.Refusal }

// RetryAfter is when to ask again.
func (busy) RetryAfter() time.Duration { return placeAgain }

var errBusy = busy{api.Coded(errors.New("this node works on as many files as it can, or on as many of yours"), ledger.Limit, "file/busy", "send the file again when one of them is done")}

// places bounds how many documents are worked on at once.
type places struct {
	mu    sync.Mutex
	taken int
	byOrg map[string]int
}

// take takes a place for an organisation, until leave is called.
func (p *places) take(org string) (leave func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= placesMax || p.byOrg[org] >= placesOfOrg {
		return nil, errBusy
	}
	if p.byOrg == nil {
		p.byOrg = map[string]int{}
	}
	p.taken++
	p.byOrg[org]++
	return sync.OnceFunc(func() { p.leave(org) }), nil
}

func (p *places) leave(org string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken--
	if p.byOrg[org]--; p.byOrg[org] == 0 {
		delete(p.byOrg, org)
	}
}
