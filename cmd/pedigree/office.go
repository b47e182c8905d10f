package main

import (
	"context"
	"net/http"
	"time"

	"pedigree/domain/org/orgview"
	"pedigree/domain/trace/traceview"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/turns"
)

// office is what one organisation has open on this node.
type office struct {
	org, name string
	home      home
	desk      *deskParts
	acts      *orgview.Acts
	host      string // organisation whose node serves this one; empty when it is its own
	advertise string // address of the mailbox where nobody names another; empty when deliveries are not taken
}

// openOffice opens what belongs to one organisation.
func openOffice(ctx context.Context, r *running, own card) (*office, error) {
	sign, err := r.signer(r.secrets, own.Member.ID)
	if err != nil {
		return nil, err
	}
	desk, err := openDesk(ctx, r, own)
	if err != nil {
		return nil, err
	}
	acts := &orgview.Acts{Chain: apiLedger{Node: r.node, org: own.Member.ID}, Sign: sign, Now: time.Now}
	desk.done.Go(func() { r.retireFormer(ctx, desk.closing, acts, sign) })
	return &office{org: own.Member.ID, name: own.Member.Name, home: r.home, desk: desk, acts: acts, advertise: r.advertised()}, nil
}

type officeKey struct{}

// enter puts the office of who asks into a request.
func (r *running) enter(req *http.Request, who auth.Principal) (context.Context, func(), error) {
	end := r.small(req)
	if who.Org == r.own.org {
		return context.WithValue(req.Context(), officeKey{}, r.own), end, nil
	}
	o, leave, err := r.hosts.enter(req, who.Org)
	if err != nil {
		end()
		return nil, nil, err
	}
	return context.WithValue(req.Context(), officeKey{}, o), func() { leave(); end() }, nil
}

// hostedStreams is how many streams hosted organisations may have open, so that half of
// the places in which they are served stay free for all; less than 0: none.
func hostedStreams(openMax int) int {
	if openMax < 2 {
		return -1
	}
	return openMax / 2
}

// small lets work on large documents wait for a request that has none, and doesn't last.
func (r *running) small(req *http.Request) (end func()) {
	if req.ContentLength < 0 || req.ContentLength > turns.SmallBytes || api.IsStream(req) {
		return func() {}
	}
	return r.turns.Small()
}

// owner tells which hosted organisation's access token has a SHA-256.
func (r *running) owner(token [32]byte) (string, bool) {
	if r.hosts == nil {
		return "", false
	}
	return r.hosts.owner(token)
}

// officeOf is the office that a request is in. A handler runs only for a principal
// whose office was entered, so there always is one, and it is that principal's.
func officeOf(ctx context.Context) *office {
	o, _ := ctx.Value(officeKey{}).(*office)
	if who, _ := auth.From(ctx); o == nil || o.org != who.Org {
		panic("a request reached a handler outside of its organisation's office")
	}
	return o
}

func deskOf(ctx context.Context) *traceview.Desk { return officeOf(ctx).desk.desk }

func actsOf(ctx context.Context) *orgview.Acts { return officeOf(ctx).acts }
