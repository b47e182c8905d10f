package org

import (
	"encoding/binary"
	"fmt"

	"pedigree/ledger"
	"pedigree/proof"
)

// The maps of the module. A member's entry is proof.Member, for verifiers read
// it; the reverse maps make "belongs to one organisation" a single look-up.
var (
	members = ledger.Map[string, proof.Member]{
		Prefix: proof.PrefixMember, Name: "org/member", Key: ledger.TextKey,
		Value: ledger.ValueCodec[proof.Member]{Encode: proof.Member.Encode, Decode: proof.DecodeMember},
	}
	companies   = ledger.Map[string, company]{Prefix: proof.PrefixCompanyGS1, Name: "org/prefix", Key: ledger.TextKey, Value: ledger.CBORValue[company]()}
	proposals   = ledger.Map[proof.Hash, proposal]{Prefix: proof.PrefixProposal, Name: "org/proposal", Key: hashKey, Value: ledger.CBORValue[proposal]()}
	votes       = ledger.Map[vote, uint64]{Prefix: proof.PrefixVote, Name: "org/vote", Key: voteKey, Value: ledger.CBORValue[uint64]()}
	lapses      = ledger.Map[lapse, string]{Prefix: proof.PrefixLapse, Name: "org/lapse", Key: lapseKey, Value: ledger.CBORValue[string]()}
	validators  = ledger.Map[proof.Key, validator]{Prefix: proof.PrefixValidator, Name: "org/validator", Key: publicKey, Value: ledger.CBORValue[validator]()}
	councils    = ledger.Map[string, council]{Prefix: proof.PrefixCouncil, Name: "org/council", Key: ledger.TextKey, Value: ledger.CBORValue[council]()}
	keyOwners   = ledger.Map[proof.Key, string]{Prefix: proof.PrefixKeyOwner, Name: "org/key", Key: publicKey, Value: ledger.CBORValue[string]()}
	recoveries  = ledger.Map[string, recovery]{Prefix: proof.PrefixOrgRecovery, Name: "org/recovery", Key: ledger.TextKey, Value: ledger.CBORValue[recovery]()}
	offers      = ledger.Map[offered, offer]{Prefix: proof.PrefixOffer, Name: "org/offer", Key: offeredKey, Value: ledger.CBORValue[offer]()}
	identifiers = ledger.Map[proof.Identifier, string]{Prefix: proof.PrefixIdentifier, Name: "org/identifier", Key: identifierKey, Value: ledger.CBORValue[string]()}
)

// company is the row of a GS1 company prefix.
type company struct {
	_         struct{} `cbor:",toarray"`
	Owner     string
	Delegated []delegation // offers, delegations that have not ended, and perhaps some that have
}

// delegation says to whom a number under the prefix was delegated.
type delegation struct {
	_        struct{} `cbor:",toarray"`
	Number   string
	Delegate string
}

// validator is the row of a consensus key.
type validator struct {
	_      struct{} `cbor:",toarray"`
	Member string
	Power  uint64
	Height uint64 // at which the engine was last told
}

// vote is the key of one member's vote on an open proposal; the value is voteYes
// or voteNo.
type vote struct {
	Proposal proof.Hash
	Member   string
}

// lapse is the key of an open proposal in the order of time; the value is its
// proposer. A proposal is large, and to count what is open none has to be read.
type lapse struct {
	Until    uint64
	Proposal proof.Hash
}

const (
	voteYes = 1
	voteNo  = 2
)

var hashKey = ledger.KeyCodec[proof.Hash]{
	Append: func(b []byte, k proof.Hash) []byte { return append(b, k[:]...) },
	Decode: func(b []byte) (proof.Hash, error) {
		if len(b) != proof.HashSize {
			return proof.Hash{}, fmt.Errorf("a key of %d bytes is no hash", len(b))
		}
		return proof.Hash(b), nil
	},
}

var publicKey = ledger.KeyCodec[proof.Key]{
	Append: func(b []byte, k proof.Key) []byte { return append(b, k[:]...) },
	Decode: func(b []byte) (proof.Key, error) {
		if len(b) != proof.KeySize {
			return proof.Key{}, fmt.Errorf("a key of %d bytes is no public key", len(b))
		}
		return proof.Key(b), nil
	},
}

var lapseKey = ledger.KeyCodec[lapse]{
	Append: func(b []byte, k lapse) []byte {
		return append(binary.BigEndian.AppendUint64(b, k.Until), k.Proposal[:]...)
	},
	Decode: func(b []byte) (lapse, error) {
		if len(b) != 8+proof.HashSize {
			return lapse{}, fmt.Errorf("a key of %d bytes is no end of a proposal", len(b))
		}
		return lapse{binary.BigEndian.Uint64(b), proof.Hash(b[8:])}, nil
	},
}

var voteKey = ledger.KeyCodec[vote]{
	Append: func(b []byte, k vote) []byte { return append(append(b, k.Proposal[:]...), k.Member...) },
	Decode: func(b []byte) (vote, error) {
		if len(b) <= proof.HashSize {
			return vote{}, fmt.Errorf("a key of %d bytes is no vote", len(b))
		}
		return vote{proof.Hash(b[:proof.HashSize]), string(b[proof.HashSize:])}, nil
	},
}

var identifierKey = ledger.KeyCodec[proof.Identifier]{
	Append: func(b []byte, k proof.Identifier) []byte { return append(append(b, byte(k.Kind)), k.Value...) },
	Decode: func(b []byte) (proof.Identifier, error) {
		if len(b) < 2 {
			return proof.Identifier{}, fmt.Errorf("a key of %d bytes is no identifier", len(b))
		}
		return proof.Identifier{Kind: uint64(b[0]), Value: string(b[1:])}, nil
	},
}

// Load returns a member that has not been removed, or says why there is none.
func Load(s ledger.State, id string) (proof.Member, error) {
	m, ok := members.Get(s, id)
	switch {
	case !ok:
		return m, CodeUnknownMember.Errorf("there is no member %q; check the id, or ask the council to admit it", id)
	case m.Standing == proof.MemberRemoved:
		return m, CodeRemoved.Errorf("member %s was removed, which is final; name another, or admit it under a new id", id)
	}
	return m, nil
}

// amend lets fn change the entry of a member, unless refused holds a reason why
// the sender may not.
func amend(s ledger.State, id string, refused error, fn func(m *proof.Member) error) error {
	if refused != nil {
		return refused
	}
	m, err := Load(s, id)
	if err != nil {
		return err
	}
	if err := fn(&m); err != nil {
		return err
	}
	members.Set(s, id, m)
	return nil
}
