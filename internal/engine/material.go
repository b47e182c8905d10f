package engine

import "time"

// CommittedBlock is a decided block with its results.
type CommittedBlock struct {
	Height int64
	Time   time.Time
	Txs    [][]byte
	// Results has one entry per transaction, in order.
	Results []TxResult
	// AppHash is the hash of the state after this block. The next header signs it.
	AppHash []byte
}

// Header is a block header in the form that offline verification needs.
type Header struct {
	ChainID string
	Height  int64
	Time    time.Time
	// Fields are the encodings of the 14 header fields, in the order in which
	// they are the leaves of the tree whose root is Hash.
	Fields [14][]byte
	// Hash is the header's hash, which is also the block's.
	Hash [32]byte
	// AppHash and LastResultsHash are those after the block before this one.
	AppHash            []byte
	LastResultsHash    []byte
	DataHash           []byte
	ValidatorsHash     []byte
	NextValidatorsHash []byte
	ProposerAddress    [20]byte
}

// SignedHeader is a header with the signatures that decided it and the
// validators that made them.
type SignedHeader struct {
	Header Header
	// Round is the round of the decision; all signatures are for it.
	Round int32
	// BlockHash, PartsTotal and PartsHash are the block id that was signed.
	// BlockHash equals Header.Hash.
	BlockHash  [32]byte
	PartsTotal uint32
	PartsHash  [32]byte
	// Signatures has one entry per validator, in the order of Validators.
	Signatures []CommitSig
	// Validators is the set at this height in the engine's order, which is the
	// order of the leaves of the tree whose root is Header.ValidatorsHash.
	Validators []Validator
}

// CommitFlag says what a validator's entry in a commit is.
type CommitFlag byte

// The flags, with the engine's numbers.
const (
	// CommitAbsent: no vote was seen in time; the other fields are zero.
	CommitAbsent CommitFlag = 1
	// CommitForBlock: a signed vote for this block.
	CommitForBlock CommitFlag = 2
	// CommitForNone: a signed vote for no block.
	CommitForNone CommitFlag = 3
)

// CommitSig is one validator's entry in a commit.
type CommitSig struct {
	Flag      CommitFlag
	Address   [20]byte
	Timestamp time.Time
	Signature []byte
}

// Validator is a member of a validator set.
type Validator struct {
	// Address is the first 20 bytes of the SHA-256 of PubKey.
	Address [20]byte
	PubKey  [32]byte
	Power   int64
}

// Proof is an inclusion proof of RFC 6962's tree (SHA-256, 0x00 before a leaf,
// 0x01 before a pair).
type Proof struct {
	// Leaf is the leaf's bytes before hashing.
	Leaf  []byte
	Index int64
	Total int64
	// Aunts are the sibling hashes from the leaf up.
	Aunts [][]byte
	Root  []byte
}

// ConnectedPeer is a node this one is connected to.
type ConnectedPeer struct {
	ID       string
	Addr     string
	Moniker  string
	Outbound bool
	Height   int64 // that it decides, as it says itself; 0 while it said nothing
}

// Status is what an operator watches.
type Status struct {
	// Height and Time are those of the last committed block.
	Height int64
	Time   time.Time
	// Round is the round consensus is in; above 0 for long means trouble.
	Round int32
	// Missing is how many validators' signatures for the block before the last
	// one the last one lacks.
	Missing int
	// CatchingUp says that the node takes old blocks from peers.
	CatchingUp bool
	Peers      int
	// MempoolTxs and MempoolBytes are what waits for a block.
	MempoolTxs   int
	MempoolBytes int64
	// Validator says whether this node's key is in the current set.
	Validator bool
}
