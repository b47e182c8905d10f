package trace

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// Item names one record in an event.
type Item struct {
	_      struct{} `cbor:",toarray"`
	Origin proof.Hash
	Leaf   proof.Hash
}

// Commissioned is emitted for each new origin, boxes included.
type Commissioned struct {
	_      struct{} `cbor:",toarray"`
	Origin proof.Hash
	Leaf   proof.Hash
	Class  uint64
	Depth  uint64
}

// Opened lists the children that surfaced.
type Opened struct {
	_        struct{} `cbor:",toarray"`
	Origin   proof.Hash
	Leaf     proof.Hash
	Children []proof.Hash
}

// Packed lists what went into, or came out of, a box.
type Packed struct {
	_       struct{} `cbor:",toarray"`
	Origin  proof.Hash
	Box     proof.Hash
	Records []Item
}

// Shipped is emitted when a record is offered.
type Shipped struct {
	_        struct{} `cbor:",toarray"`
	Origin   proof.Hash
	Leaf     proof.Hash
	Deadline uint64
	Memo     ledger.OptHash
	Return   bool
}

// Received is emitted when an offered record is accepted.
type Received struct {
	_       struct{} `cbor:",toarray"`
	Origin  proof.Hash
	Leaf    proof.Hash
	Refused []Item
}

// Ended lists records that left the supply.
type Ended struct {
	_       struct{} `cbor:",toarray"`
	Class   uint64
	Records []Item
}

// Flagged tells which marks were set and cleared.
type Flagged struct {
	_      struct{} `cbor:",toarray"`
	Origin proof.Hash
	Leaf   proof.Hash
	Set    uint64
	Clear  uint64
}

// Transformed links inputs to the origins made from them.
type Transformed struct {
	_       struct{} `cbor:",toarray"`
	Inputs  []Item
	Outputs []proof.Hash
}

// Recalled lists origins that came under a recall.
type Recalled struct {
	_       struct{} `cbor:",toarray"`
	Seq     uint64
	Origins []proof.Hash
}

// Answered lists records whose owner answered a recall.
type Answered struct {
	_       struct{} `cbor:",toarray"`
	Seq     uint64
	Records []Item
}

// Posted carries a commitment.
type Posted struct {
	_    struct{} `cbor:",toarray"`
	Kind string
	To   ledger.OptKey
	Hash proof.Hash
}

// Pruned tells how many rows of a closed origin were forgotten.
type Pruned struct {
	_      struct{} `cbor:",toarray"`
	Origin proof.Hash
	Rows   uint64
	Whole  bool // the origin's counters went too
}
