package main

import (
	"context"
	"time"
)

// tendEvery is how often a desk does what is due though nobody asks for it.
const tendEvery = time.Minute

// tendAlways does what is due at a desk until it closes, while the node hears the others:
// what it puts on the ledger would wait for nothing else.
func (p *deskParts) tendAlways(ctx context.Context, hears func(context.Context) error) {
	timer := time.NewTicker(tendEvery)
	defer timer.Stop()
	for {
		select {
		case <-p.closing:
			return
		case <-timer.C:
			p.lookBack(ctx)
			if hears(ctx) == nil {
				p.tend(ctx)
			}
		}
	}
}

// lookBackMax is how many documents are made findable at a time.
const lookBackMax = 50

// lookBack makes documents findable that left, or came with shipments.
func (p *deskParts) lookBack(ctx context.Context) {
	if _, err := p.documents.CatchUp(ctx, lookBackMax); err != nil && ctx.Err() == nil {
		p.log.Warn("couldn't make documents findable that left or came with shipments; it is tried again", "error", err)
	}
}

// tend does what is due now. What fails is due the next time.
func (p *deskParts) tend(ctx context.Context) {
	if err := p.desk.Tend(ctx); err != nil && ctx.Err() == nil {
		p.log.Warn("couldn't do all that was due; it is tried again", "error", err)
	}
}
