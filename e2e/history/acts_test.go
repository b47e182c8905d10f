//go:build linux

package history

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"pedigree/client"
	"pedigree/domain/org"
	"pedigree/domain/trace"
	"pedigree/e2e/cluster"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// crate is a box on the ledger, with a key of each party.
type crate struct {
	key0         ed25519.PrivateKey
	keys         [parties]ed25519.PrivateKey
	origin, leaf proof.Hash
}

func newCrate(chain string, seed uint64, n int) *crate {
	secret := func(what string) ed25519.PrivateKey {
		s := sha256.Sum256(fmt.Appendf(nil, "%d/%d/%s", seed, n, what))
		return ed25519.NewKeyFromSeed(s[:])
	}
	c := &crate{key0: secret("first"), leaf: sha256.Sum256(fmt.Appendf(nil, "%d/%d/leaf", seed, n))}
	for i := range c.keys {
		c.keys[i] = secret(fmt.Sprint(i))
	}
	c.origin = proof.Origin(chain, public(c.key0))
	return c
}

func public(k ed25519.PrivateKey) proof.Key { return proof.NewKey(k.Public().(ed25519.PublicKey)) }

var envelopes atomic.Int64

// validUntil differs for as many envelopes as matter, so that the same act asked for
// again is another entry.
func validUntil() uint64 {
	return uint64(time.Now().Add(time.Hour).Unix() + envelopes.Add(1)%validSpread)
}

// envelope signs one entry for a member.
func envelope(chain string, m *cluster.Member, module, kind string, message any, signers ...ed25519.PrivateKey) (proof.Envelope, error) {
	raw, err := ledger.EncodeMessage(message)
	if err != nil {
		return proof.Envelope{}, err
	}
	body := proof.Body{
		ChainID: chain, ValidUntil: validUntil(), Admission: []proof.Admission{{Org: m.ID, KeyID: 1}},
		Entries: []proof.Entry{{Module: module, Kind: kind, Message: raw}},
	}
	for _, s := range signers {
		body.Signers = append(body.Signers, public(s))
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	env.Signatures = []proof.Signature{proof.Sign(m.Key, env.ID())}
	for _, s := range signers {
		env.Signatures = append(env.Signatures, proof.Sign(s, env.ID()))
	}
	return env, nil
}

// make is the entry that makes the box, its first owner's.
func (c *crate) make(chain string, m *cluster.Member) (proof.Envelope, error) {
	owner := public(c.keys[0])
	return envelope(chain, m, "trace", "box", &trace.Box{Origins: trace.Origins{c.origin}, Key0: public(c.key0), Leaf: c.leaf, Owner: owner, Holder: owner}, c.key0)
}

// act is the entry of an input.
func (c *crate) act(chain string, m *cluster.Member, in input) (proof.Envelope, error) {
	origins, rec := trace.Origins{c.origin}, trace.Ref{Leaf: c.leaf}
	own := c.keys[in.by]
	var message any
	switch in.kind {
	case ship:
		to := ledger.OptKey(public(c.keys[in.to]))
		message = &trace.Ship{Origins: origins, Rec: rec, To: to, ToHolder: to, Back: public(own), Deadline: uint64(time.Now().Add(deadline).Unix())}
	case receive:
		message = &trace.Receive{Origins: origins, Rec: rec}
	case reject:
		message = &trace.Reject{Origins: origins, Rec: rec}
	case end:
		message = &trace.End{Origins: origins, Recs: []trace.Ref{rec}, Class: proof.EndLeftSupply}
	default:
		return proof.Envelope{}, fmt.Errorf("no act %q", in.kind)
	}
	return envelope(chain, m, "trace", in.kind, message, own)
}

func approve(chain string, m *cluster.Member, proposal proof.Hash) (proof.Envelope, error) {
	return envelope(chain, m, "org", "approve", &org.Approve{Proposal: proposal})
}

// errDoor is a refusal at a node's door: the entry is in no block.
var errDoor = errors.New("refused at the door")

// submit sends an entry and waits for its end. Errors but errDoor say that nobody knows
// what became of it.
func submit(ctx context.Context, m *cluster.Member, env proof.Envelope) (api.EntryState, error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	var state api.EntryState
	err := m.Node.Upload(ctx, "/api/v1/entries?wait=commit", "application/cbor", bytes.NewReader(env.Encode()), &state)
	var p *client.Problem
	switch {
	case errors.As(err, &p) && p.Status < 500 || errors.As(err, &p) && p.Code == "node/not-ready", errors.Is(err, syscall.ECONNREFUSED):
		return state, fmt.Errorf("%w: %w", errDoor, err)
	case err == nil && state.State == "waiting":
		return state, errors.New("it is in no block yet")
	}
	return state, err
}
