//go:build linux

package kill

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"pedigree/client"
	"pedigree/e2e/cluster"
	"pedigree/internal/exchange"
	"pedigree/proof"
)

// How deliveries are made and interrupted.
const (
	deliveryKills    = 20
	deliveryBytesMax = 3 << 20 // of one document: a few chunks
	deliveryPause    = 60 * time.Millisecond
	strikeWithin     = 400 * time.Millisecond // after the nodes take part again
	deliveriesWait   = 180 * time.Second      // until everything has arrived
)

// TestEachDocumentArrivesOnceWhenBothEndsAreKilled kills the processes of the sender and
// the receiver while documents go from one to the other.
func TestEachDocumentArrivesOnceWhenBothEndsAreKilled(t *testing.T) {
	t.Logf("seed %d: go test ./e2e/kill -run Document -seed %d", *seed, *seed)
	n := cluster.Found(t, cluster.Options{Program: program, Mail: true})
	from, to := n.Of("maker"), n.Of("wholesaler")
	p := &post{from: from, to: to.ID, rand: rand.New(rand.NewPCG(*seed, 1)), documents: map[proof.Hash][32]byte{}}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.run(ctx) }()
	began := time.Now()
	if err := strike(t.Context(), p, from, to); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if p.unanswered == 0 || len(p.documents) < deliveryKills {
		t.Errorf("the kills met %d documents, of which %d requests were cut off: they missed the work", len(p.documents), p.unanswered)
	}
	if err := p.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.check(t, to)
	t.Logf("%d kills in %.1f s, %d documents, %d requests cut off, the last arrived %.1f s after the kills", deliveryKills, took.Seconds(), len(p.documents), p.unanswered, time.Since(began).Seconds()-took.Seconds())
	n.End()
}

// strike kills one of the two or both at random moments, and starts them again. A
// document is handed in between two of its rounds at least, however slow the machine is.
func strike(ctx context.Context, p *post, ends ...*cluster.Member) error {
	k := &killer{net: &cluster.Network{List: ends}, rand: rand.New(rand.NewPCG(*seed, 2))}
	for round := 1; k.kills < deliveryKills; round++ {
		before := p.taken.Load()
		time.Sleep(k.upTo(strikeWithin))
		for end := time.Now().Add(deliveriesWait); p.taken.Load() < before+2 && time.Now().Before(end); { // kills may be two
			time.Sleep(deliveryPause / 2)
		}
		victims := ends
		if round%3 != 0 {
			victims = ends[round%2 : round%2+1]
		}
		if err := k.round(ctx, victims[:min(len(victims), deliveryKills-k.kills)]); err != nil {
			return err
		}
	}
	return nil
}

// post hands documents in, each until it is taken.
type post struct {
	from       *cluster.Member
	to         string
	rand       *rand.Rand
	documents  map[proof.Hash][32]byte // SHA-256 by delivery
	taken      atomic.Int64            // how many they are
	unanswered int
}

func (p *post) run(ctx context.Context) error {
	for ctx.Err() == nil {
		content := make([]byte, 1+p.rand.IntN(deliveryBytesMax)>>p.rand.IntN(12))
		for i := range content {
			content[i] = byte(p.rand.Uint32())
		}
		if err := p.hand(content); err != nil {
			return err
		}
		time.Sleep(deliveryPause)
	}
	return nil
}

// hand sends one document again and again until the node has it.
func (p *post) hand(content []byte) error {
	q := url.Values{"to": {p.to}, "name": {fmt.Sprintf("%d.bin", len(p.documents))}}
	ctx, cancel := context.WithTimeout(context.Background(), deliveriesWait)
	defer cancel()
	for ; ; time.Sleep(deliveryPause) {
		var r struct{ Delivery exchange.Sent }
		err := p.from.Node.Upload(ctx, "/api/v1/outbox?"+q.Encode(), "application/octet-stream", bytes.NewReader(content), &r)
		var refused *client.Problem
		switch {
		case err == nil:
			p.documents[r.Delivery.ID] = sha256.Sum256(content)
			p.taken.Add(1)
			return nil
		case ctx.Err() != nil, errors.As(err, &refused) && refused.Status < 500:
			return fmt.Errorf("couldn't hand a document in: %w", err)
		}
		p.unanswered++
	}
}

// settled waits until the sender has a receipt for everything, retrying by hand as a
// person would.
func (p *post) settled(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, deliveriesWait)
	defer cancel()
	for ; ; time.Sleep(time.Second) {
		var waiting []exchange.Sent
		if err := p.from.Node.Get(ctx, "/api/v1/outbox?state=sending&kind=document", &waiting); err != nil {
			return fmt.Errorf("couldn't ask for what still waits: %w", err)
		}
		if len(waiting) == 0 {
			return nil
		}
		for _, w := range waiting {
			if err := p.from.Node.Post(ctx, "/api/v1/outbox/"+w.ID.String()+"/retry", nil, nil); err != nil {
				return fmt.Errorf("couldn't send again what waits (%s): %w", w.Reason, err)
			}
		}
	}
}

// check compares the receiver's inbox with the sender's receipts.
func (p *post) check(t *testing.T, to *cluster.Member) {
	t.Helper()
	came := map[proof.Hash]exchange.Came{}
	for page := ""; ; {
		var list []exchange.Came
		if err := to.Node.Get(t.Context(), "/api/v1/inbox?kind=document&limit=1000"+page, &list); err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if _, twice := came[c.ID]; twice {
				t.Errorf("%s is in the inbox twice", c.ID)
			}
			came[c.ID] = c
			page = "&before=" + c.ID.String()
		}
		if len(list) < 1000 {
			break
		}
	}
	if len(came) != len(p.documents) {
		t.Errorf("%d documents were handed in, %d arrived", len(p.documents), len(came))
	}
	for id, want := range p.documents {
		var s exchange.Sent
		if err := p.from.Node.Get(t.Context(), "/api/v1/outbox/"+id.String(), &s); err != nil {
			t.Fatal(err)
		}
		if s.State != "delivered" || s.Delivered == nil {
			t.Errorf("%s is %s: %s", id, s.State, s.Reason)
			continue
		}
		r, err := exchange.DecodeReceipt(s.Delivered.Receipt)
		if err != nil || r.ID != id || !r.Verify(proof.NewKey(to.Key.Public().(ed25519.PublicKey))) {
			t.Errorf("the receipt of %s is not the receiver's: %v", id, err)
		}
		content, err := to.Node.File(t.Context(), "/api/v1/inbox/"+id.String()+"/content")
		if got := sha256.Sum256(content); err != nil || got != want {
			t.Errorf("%s arrived as %s: %v", id, hex.EncodeToString(got[:4]), err)
		}
	}
}
