//go:build linux

package cluster

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pedigree/client"
	"pedigree/internal/api"
	"pedigree/ledger"
	"pedigree/proof"
)

// Act is one act of the council.
type Act struct {
	Module, Kind string
	Message      any
}

// Together has all members sign several acts, which are carried out in one block, all
// or none. It asks one node after another until one has answered. The error is the
// refusal.
func (n *Network) Together(ctx context.Context, acts ...Act) error {
	body := proof.Body{ChainID: n.ChainID, ValidUntil: uint64(time.Now().Add(time.Hour).Unix())}
	for _, a := range acts {
		raw, err := ledger.EncodeMessage(a.Message)
		if err != nil {
			return err
		}
		body.Entries = append(body.Entries, proof.Entry{Module: a.Module, Kind: a.Kind, Message: raw})
	}
	members := slices.SortedFunc(slices.Values(n.List), func(a, b *Member) int { return cmp.Compare(a.ID, b.ID) })
	for _, m := range members {
		body.Admission = append(body.Admission, proof.Admission{Org: m.ID, KeyID: 1})
	}
	env := proof.Envelope{Body: body, BodyBytes: body.Encode()}
	for _, m := range members {
		env.Signatures = append(env.Signatures, proof.Sign(m.Key, env.ID()))
	}
	turn := 0
	return Insist(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, answerWait)
		defer cancel()
		m := n.List[turn%len(n.List)]
		turn++
		var s api.EntryState
		err := m.Node.Upload(ctx, "/api/v1/entries?wait=commit", "application/cbor", bytes.NewReader(env.Encode()), &s)
		switch {
		case err == nil && s.State == "refused":
			return &client.Problem{Status: 409, Code: s.Code, Detail: s.Text}
		case err == nil && s.State != "committed":
			return fmt.Errorf("it is %s", s.State)
		}
		return err
	})
}
