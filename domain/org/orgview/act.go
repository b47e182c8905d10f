package orgview

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// validFor is how long an act may wait for a block.
const validFor = 12 * time.Hour

// sameActsMax is how often an organisation does the same act within a second.
const sameActsMax = 60

// Chain is what acts need of the node.
type Chain interface {
	ChainID() string
	Height() uint64
	BlockTime() uint64
	Read(fn func(s ledger.State) error) error
	Runtime() *ledger.Runtime
	Submit(ctx context.Context, raw []byte) error
	// Ended tells whether an entry stands in a block, whatever came of it.
	Ended(id proof.Hash) (bool, error)
	// End returns an error when the entry was refused, nil when it is committed.
	End(ctx context.Context, id proof.Hash) (height uint64, err error)
}

// Signer signs as the organisation.
type Signer interface {
	Org() string
	KeyID() uint64
	Sign(message proof.Hash) (proof.Signature, error)
}

// Acts sends what an organisation itself decides.
type Acts struct {
	Chain Chain
	Sign  Signer
	Now   func() time.Time
}

// Done is an act on the ledger.
type Done struct {
	ID     proof.Hash `json:"id" doc:"Entry id; of a proposal it is also the proposal's id"`
	Height uint64     `json:"height"`
}

// Send signs and submits one message, given as JSON, and waits for its end.
func (a *Acts) Send(ctx context.Context, module, kind string, message json.RawMessage) (Done, error) {
	entry, err := a.entry(module, kind, message)
	if err != nil {
		return Done{}, err
	}
	return a.send(ctx, entry)
}

// Propose puts a message of any module before the members.
func (a *Acts) Propose(ctx context.Context, module, kind string, message json.RawMessage) (Done, error) {
	inner, err := a.entry(module, kind, message)
	if err != nil {
		return Done{}, err
	}
	outer, err := ledger.EncodeMessage(&org.Propose{Module: module, Kind: kind, Message: inner.Message})
	if err != nil {
		return Done{}, err
	}
	return a.send(ctx, proof.Entry{Module: "org", Kind: "propose", Message: outer})
}

// entry reads a message from JSON and checks it as every validator will.
func (a *Acts) entry(module, kind string, message json.RawMessage) (proof.Entry, error) {
	m, err := a.Chain.Runtime().NewMessage(module, kind)
	if err != nil {
		return proof.Entry{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(message))
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil {
		return proof.Entry{}, ledger.CodeMalformed.Errorf("couldn't read the message of %s/%s: %v; docs/reference/organisations.md and network.md list the fields", module, kind, err)
	}
	if err := m.Validate(); err != nil {
		return proof.Entry{}, err
	}
	raw, err := ledger.EncodeMessage(m)
	return proof.Entry{Module: module, Kind: kind, Message: raw}, err
}

func (a *Acts) send(ctx context.Context, e proof.Entry) (Done, error) {
	env, err := a.envelope(e)
	if err != nil {
		return Done{}, err
	}
	sig, err := a.Sign.Sign(env.ID())
	if err != nil {
		return Done{}, fmt.Errorf("couldn't sign as %s: %w", a.Sign.Org(), err)
	}
	env.Signatures = []proof.Signature{sig}
	if err := a.Chain.Submit(ctx, env.Encode()); err != nil {
		return Done{}, err
	}
	height, err := a.Chain.End(ctx, env.ID())
	return Done{ID: env.ID(), Height: height}, err
}

// envelope is an act's envelope, not signed yet. Nothing in it but its last second tells
// it from the same act done before: one that has ended already isn't meant, so this one
// lives a second longer; one that waits for its block still is the same, sent again.
func (a *Acts) envelope(e proof.Entry) (proof.Envelope, error) {
	now := max(uint64(a.Now().Unix()), a.Chain.BlockTime())
	body := proof.Body{
		ChainID: a.Chain.ChainID(), ValidUntil: now + uint64(validFor/time.Second),
		Admission: []proof.Admission{{Org: a.Sign.Org(), KeyID: a.Sign.KeyID()}}, Entries: []proof.Entry{e},
	}
	for range sameActsMax {
		env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
		ended, err := a.Chain.Ended(env.ID())
		if err != nil || !ended {
			return env, err
		}
		body.ValidUntil++
	}
	return proof.Envelope{}, ledger.CodeReplayed.Errorf("this act was done %d times within a second; do it again in a minute", sameActsMax)
}
