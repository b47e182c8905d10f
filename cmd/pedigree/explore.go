package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"pedigree/domain/org"
	"pedigree/internal/api"
	"pedigree/internal/engine"
	"pedigree/internal/node"
	"pedigree/ledger"
	"pedigree/proof"
)

// explored shows the node's blocks to the HTTP interface.
type explored struct{ apiLedger }

// Block says what a list tells of a block.
func (l explored) Block(height uint64) (api.Block, error) {
	if height > math.MaxInt64 {
		return api.Block{}, noBlock(height)
	}
	b, err := l.Brief(int64(height))
	if errors.Is(err, engine.ErrNotFound) {
		return api.Block{}, noBlock(height)
	}
	if err != nil {
		return api.Block{}, err
	}
	out := api.Block{Height: height, Time: b.Time, Hash: proof.Hash(b.Hash), Entries: b.Txs, Proposer: hex.EncodeToString(b.Proposer[:])}
	err = l.Read(func(s ledger.State) error {
		org.EachValidator(s, func(v org.Validator) bool {
			if (proof.Validator{Key: v.Key}).Address() != b.Proposer {
				return true
			}
			out.Proposer = v.Member
			return false
		})
		return nil
	})
	return out, err
}

func noBlock(height uint64) error {
	return api.Coded(fmt.Errorf("this node has no block %d: it isn't made yet, or was before this node took a snapshot", height), ledger.NotFound, "node/no-block", "ask another node, or for a height that it has")
}

// Entries are the entries of a block, in order.
func (l explored) Entries(height uint64) ([]api.LedgerEntry, error) {
	b, err := l.Node.Block(int64(height))
	if err != nil {
		return nil, err
	}
	list := make([]api.LedgerEntry, len(b.Txs))
	for i := range b.Txs {
		list[i], _ = l.entry(b, i)
	}
	return list, nil
}

// entry is one entry of a block, and its envelope where its bytes are one.
func (l explored) entry(b engine.CommittedBlock, i int) (api.LedgerEntry, proof.Envelope) {
	out := api.LedgerEntry{Height: uint64(b.Height), Index: i, Time: b.Time.Truncate(time.Second), Acts: []string{}, By: []string{}}
	if i < len(b.Results) {
		out.Accepted = b.Results[i].Code == 0
		if !out.Accepted {
			out.Code = l.codeOf(b.Results[i])
		}
	}
	env, err := proof.DecodeEnvelope(b.Txs[i])
	if err != nil {
		return out, env
	}
	out.ID, out.By = env.ID().String(), env.Body.AdmittingOrgs()
	for _, e := range env.Body.Entries {
		out.Acts = append(out.Acts, e.Module+"/"+e.Kind)
	}
	return out, env
}

// Public is all that the ledger shows of an entry.
func (l explored) Public(id proof.Hash) (api.PublicEntry, bool, error) {
	o, found, err := l.Lookup(id)
	if err != nil || !found {
		return api.PublicEntry{}, false, err
	}
	b, err := l.Node.Block(int64(o.Height))
	if err != nil {
		return api.PublicEntry{}, false, err
	}
	if o.Index >= len(b.Txs) {
		return api.PublicEntry{}, false, fmt.Errorf("entry %s stands at place %d of block %d, which has %d: the store is damaged; run pedigree fsck", id, o.Index, o.Height, len(b.Txs))
	}
	e, env := l.entry(b, o.Index)
	out := api.PublicEntry{
		LedgerEntry: e, Bytes: len(b.Txs[o.Index]), Signers: len(env.Body.Signers), Payloads: []api.PublicAct{},
		Receipt: "/api/v1/entries/" + id.String() + "/receipt",
	}
	if err := l.Refusal(o); err != nil {
		out.Text = err.Error()
	}
	_, messages, unread := l.Runtime().Decode(b.Txs[o.Index])
	for i, act := range env.Body.Entries {
		a := api.PublicAct{Act: act.Module + "/" + act.Kind, Bytes: len(act.Message)}
		if unread == nil {
			a.Message = messages[i]
		}
		out.Payloads = append(out.Payloads, a)
	}
	out.Block, err = l.Block(o.Height)
	return out, true, err
}

// codeOf is the name of a refusal's code.
func (l explored) codeOf(r engine.TxResult) string {
	err := l.Refusal(node.Outcome{Code: r.Code, Text: r.Log})
	if err == nil {
		return ""
	}
	return ledger.CodeOf(err).Name
}
