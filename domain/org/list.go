package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Each calls fn with every member in the order of ids, until fn returns false.
func Each(s ledger.State, fn func(id string, m proof.Member) bool) { members.Each(s, nil, fn) }

// OpenProposal is a proposal under vote, for people to look at.
type OpenProposal struct {
	ID      proof.Hash
	Module  string
	Kind    string
	Message []byte
	By      string
	Until   uint64 // last second of block time at which it may be decided
	Yes, No uint64 // votes
	Needed  uint64 // votes that decide it
}

// EachProposal calls fn with every proposal that has not been closed, until fn
// returns false.
func EachProposal(s ledger.State, fn func(OpenProposal) bool) {
	needed := readCouncil(s).needed()
	proposals.Each(s, nil, func(id proof.Hash, p proposal) bool {
		return fn(OpenProposal{ID: id, Module: p.Module, Kind: p.Kind, Message: p.Message, By: p.By, Until: p.Until, Yes: p.Yes, No: p.No, Needed: needed})
	})
}
