//go:build linux

package cluster

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"syscall"
	"time"

	"pedigree/client"
	"pedigree/domain/trace"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// sent is one entry and what its sender was told.
type sent struct {
	id       proof.Hash
	raw      []byte
	answered bool      // a node said that it is committed
	sent, at time.Time // the first time, and its answer's
	height   uint64
	index    int
}

// sender submits entries without a pause and keeps what it was told.
type sender struct {
	net   *Network
	rand  *rand.Rand
	pause time.Duration

	mu   sync.Mutex
	list []*sent
}

func newSender(n *Network, seed, stream uint64) *sender {
	return &sender{net: n, rand: rand.New(rand.NewPCG(seed, stream)), pause: sendPause}
}

// run sends until the context ends. An answer that is neither "committed" nor a
// lost connection ends it with an error.
func (s *sender) run(ctx context.Context) error {
	for ctx.Err() == nil {
		e, err := s.box(s.pick())
		if err != nil {
			return err
		}
		s.mu.Lock()
		e.sent = time.Now()
		s.list = append(s.list, e)
		s.mu.Unlock()
		if err := s.try(ctx, e); err != nil {
			return err
		}
		time.Sleep(s.pause)
	}
	return nil
}

// try sends an entry to one node after another until one has taken it. When its
// answer is lost, the sender asks another node, or gives up.
func (s *sender) try(ctx context.Context, e *sent) error {
	for ctx.Err() == nil {
		err := s.send(ctx, e, s.pick().Node)
		switch {
		case away(err):
			time.Sleep(sendPause)
		case lost(err) && s.rand.IntN(2) == 0:
			continue
		case lost(err):
			return nil
		default:
			return err
		}
	}
	return nil
}

// pick takes a node that is not set aside; one that is when all are.
func (s *sender) pick() *Member {
	order := s.rand.Perm(len(s.net.List))
	for _, i := range order {
		if m := s.net.List[i]; !m.aside.Load() {
			return m
		}
	}
	return s.net.List[order[0]]
}

// seedBytes takes 32 bytes from the seed.
func (s *sender) seedBytes() (b [32]byte) {
	for i := range b {
		b[i] = byte(s.rand.Uint32())
	}
	return b
}

// box makes the entry of a new empty container, the one act that every member
// may do at any time.
func (s *sender) box(c *Member) (*sent, error) { return s.boxOn(s.net.ChainID, c) }

func (s *sender) boxOn(chain string, c *Member) (*sent, error) {
	seed := s.seedBytes()
	key0 := ed25519.NewKeyFromSeed(seed[:])
	public := proof.NewKey(key0.Public().(ed25519.PublicKey))
	message, err := ledger.EncodeMessage(&trace.Box{
		Origins: trace.Origins{proof.Origin(chain, public)}, Key0: public, Leaf: s.seedBytes(), Owner: public, Holder: public,
	})
	if err != nil {
		return nil, err
	}
	body := proof.Body{
		ChainID: chain, ValidUntil: uint64(time.Now().Add(6 * time.Hour).Unix()), Admission: []proof.Admission{{Org: c.ID, KeyID: 1}},
		Entries: []proof.Entry{{Module: "trace", Kind: "box", Message: message}}, Signers: []proof.Key{public},
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	env.Signatures = []proof.Signature{proof.Sign(c.Key, env.ID()), proof.Sign(key0, env.ID())}
	return &sent{id: env.ID(), raw: env.Encode()}, nil
}

// send submits an entry and waits for its end.
func (s *sender) send(ctx context.Context, e *sent, to *client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	var state api.EntryState
	if err := to.Upload(ctx, "/api/v1/entries?wait=commit", "application/cbor", bytes.NewReader(e.raw), &state); err != nil {
		return fmt.Errorf("entry %s: %w", e.id, err)
	}
	if state.State != "committed" {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("entry %s is %s: %s", e.id, state.State, state.Text)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.answered && (e.height != state.Height || e.index != state.Index) {
		return &client.Problem{Status: http.StatusConflict, Detail: fmt.Sprintf("entry %s stands at %d/%d and was answered to stand at %d/%d", e.id, state.Height, state.Index, e.height, e.index)}
	}
	if !e.answered {
		e.at = time.Now()
	}
	e.answered, e.height, e.index = true, state.Height, state.Index
	return nil
}

// away says that a node did not take a request: it is down, or not ready.
func away(err error) bool {
	var p *client.Problem
	return errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &p) && p.Code == "node/not-ready"
}

// lost says that nobody knows what became of a request: the connection broke, or
// the node could not tell in time.
func lost(err error) bool {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Status == http.StatusServiceUnavailable
	}
	return err != nil
}

// count says how many entries were sent, and how many were answered as committed.
func (s *sender) count() (all, answered int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.list {
		if e.answered {
			answered++
		}
	}
	return len(s.list), answered
}
