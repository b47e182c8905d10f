package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Events that say no more than the entry does carry the entry itself. These carry
// what the rule has set beside.

// proposed is the data of the event of that name.
type proposed struct {
	_        struct{} `cbor:",toarray"`
	Proposal proof.Hash
	By       []string
	Module   string
	Kind     string
	Message  []byte
	Until    uint64
}

// ballot is the data of approved and rejected.
type ballot struct {
	_        struct{} `cbor:",toarray"`
	Proposal proof.Hash
	By       []string
}

// ofProposal is the data of decided, failed, withdrawn and lapsed.
type ofProposal struct {
	_        struct{} `cbor:",toarray"`
	Proposal proof.Hash
}

// keyChange is the data of key-added, key-retired and key-compromised.
type keyChange struct {
	_      struct{} `cbor:",toarray"`
	Member string
	KeyID  uint64
	Key    proof.Key
	Height uint64 // from which the change counts
}

// recoveryOpened is the data of recovery-opened.
type recoveryOpened struct {
	_      struct{} `cbor:",toarray"`
	Member string
	Key    proof.Key
	Since  uint64
	Reason string
	Due    uint64 // second of block time from which it can be finished
}

// recovered is the data of the event of that name. All keys but this one retire
// at its height, and are compromised from since on, unless that is 0.
type recovered struct {
	_      struct{} `cbor:",toarray"`
	Member string
	KeyID  uint64
	Key    proof.Key
	Height uint64
	Since  uint64
}

// prefixChange is the data of prefix-granted and prefix-withdrawn.
type prefixChange struct {
	_      struct{} `cbor:",toarray"`
	Member string
	Prefix string
	Height uint64 // from which the change counts
}

// delegationChange is the data of prefix-offered, prefix-delegated and
// delegation-ended. An offer that was ended has the same height twice.
type delegationChange struct {
	_        struct{} `cbor:",toarray"`
	Member   string
	Delegate string
	Number   string
	From     uint64
	To       uint64
}

// licenceChange is the data of the three licence events.
type licenceChange struct {
	_       struct{} `cbor:",toarray"`
	Member  string
	Role    Roles
	Place   string
	Number  string
	From    Day
	To      Day
	Revoked Day    // first day on which it no longer holds, or 0
	By      string // who did it; empty for the council
}

func admittedNames(b *ledger.Block) []string {
	names := make([]string, len(b.Admitted()))
	for i, a := range b.Admitted() {
		names[i] = a.Org
	}
	return names
}
