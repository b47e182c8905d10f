package courier

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// pump sends what is due, to each partner one parcel after another and to several
// partners at once, until the courier ends.
func (k *Courier) pump() {
	var sending sync.WaitGroup
	defer sending.Wait()
	busy := &places{held: map[string]bool{}}
	for {
		if err := k.sendDue(&sending, busy); err != nil && k.ctx.Err() == nil {
			k.log.Error("couldn't look for parcels that are due", "error", err)
		}
		select {
		case <-k.wake:
		case <-time.After(turnEvery):
		case <-k.ctx.Done():
			return
		}
	}
}

// Wake has the courier look for parcels that are due now.
func (k *Courier) Wake() {
	select {
	case k.wake <- struct{}{}:
	default: // it looks already
	}
}

// places are the partners that something is being sent to.
type places struct {
	mu   sync.Mutex
	held map[string]bool
}

func (p *places) take(place string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[place] || len(p.held) >= partnersAtOnce {
		return false
	}
	p.held[place] = true
	return true
}

func (p *places) leave(place string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.held, place)
}

func (k *Courier) sendDue(sending *sync.WaitGroup, busy *places) error {
	// The oldest of each partner and way: those behind it wait, so that a correction
	// doesn't come before what it corrects.
	due, err := k.readParcels(k.ctx, `SELECT `+parcelColumns+` FROM courier_parcel WHERE n IN (
			SELECT MIN(n) FROM courier_parcel WHERE state = $1 AND way <> $2 GROUP BY partner, way
		UNION SELECT n FROM courier_parcel WHERE state = $3 AND way IN ($4, $5) AND next_at > 0) AND next_at <= $6 ORDER BY n LIMIT $7`,
		int(parcelQueued), WayHand, int(parcelSent), WayNode, WayCapture, k.config.Now().UnixMilli(), ListMax)
	for _, p := range due {
		place := p.Partner + " " + p.Way
		if !busy.take(place) {
			continue
		}
		sending.Go(func() {
			err := k.bring(k.ctx, p)
			busy.leave(place)
			switch {
			case k.ctx.Err() != nil:
			case err != nil:
				k.log.Error("couldn't note how a parcel went", "parcel", p.Number, "error", err)
			default:
				k.Wake() // the next one of this partner
			}
		})
	}
	return err
}

// bring sends a parcel, or asks what came of it, and notes the answer.
func (k *Courier) bring(ctx context.Context, p Parcel) error {
	was, now := p.state, k.config.Now()
	var a Answer
	var err error
	if was == parcelSent {
		a, err = k.ask(ctx, p)
	} else {
		a, err = k.send(ctx, p)
	}
	if ctx.Err() != nil {
		return nil
	}
	switch {
	case errors.Is(err, ErrRefused), err != nil && now.Sub(p.Created) > giveUpAfter && p.Tries >= triesLeast:
		p.state, p.Reason = parcelFailed, clip(err)
		k.log.Warn("a parcel failed; pedigree parcels list says why", "parcel", p.Number, "way", p.Way)
	case err != nil:
		wait := backoff(p.Tries)
		var later errLater
		if errors.As(err, &later) {
			wait = max(wait, later.wait)
		}
		p.Reason, p.Next = clip(err), now.Add(wait)
		p.Tries++
	case a.Acked:
		p.state, p.Acked, p.Reason = parcelAcked, now, clip(errors.New(a.Text))
	default:
		p.state, p.Reason = parcelSent, clip(errors.New(a.Text))
	}
	if err == nil {
		if p.Tries = 0; p.Sent.IsZero() || was == parcelQueued {
			p.Sent = now
		}
		if a.Ref != "" || was == parcelQueued {
			p.Ref = a.Ref[:min(len(a.Ref), reasonBytesMax)]
		}
		p.Next = p.asked(now)
	}
	if err := k.keep(ctx, p, was); err != nil {
		return fmt.Errorf("parcel %d: %w", p.Number, err)
	}
	return nil
}

// asked is when to ask next what came of a parcel that was sent; zero for one of which
// nobody will say.
func (p Parcel) asked(now time.Time) time.Time {
	switch {
	case p.Way == WayCapture && p.Ref != "":
		return now.Add(captureAsk(now.Sub(p.Sent)))
	case p.Way == WayNode:
		return now.Add(askEvery)
	}
	return time.Time{}
}
