package engine

import "time"

// App is the deterministic application the engine drives. InitChain,
// FinalizeBlock and Commit are called by one goroutine at a time, in that
// order. CheckTx is called by many goroutines at once, also while a block is
// being finalized, but never while Commit runs.
type App interface {
	// Info returns the height of the last block the application persisted and
	// the hash of its state then; height 0 means nothing was persisted yet.
	Info() (height int64, appHash []byte)
	// InitChain prepares the state of a new chain and returns its hash and, if
	// they differ from the genesis', its validators. It is called again after a
	// crash before the first Commit, so it must not depend on leftovers.
	InitChain(Genesis) (appHash []byte, validators []ValidatorUpdate, err error)
	// CheckTx says whether a transaction may enter the mempool: code 0, or the
	// code and reason of the refusal. It must be cheap and may look only at the
	// transaction and at the last committed state. With recheck, the transaction
	// passed before and a block was committed since.
	CheckTx(tx []byte, recheck bool) (code uint32, log string)
	// FinalizeBlock executes a decided block on the last committed state,
	// without persisting anything. An error stops the engine for good.
	FinalizeBlock(Block) (BlockResult, error)
	// Commit persists what the last FinalizeBlock computed. It needn't wait for
	// the disk: blocks are kept and replayed. retainHeight is the lowest height
	// the block store must keep, 0 for all. An error stops the engine for good.
	Commit() (retainHeight int64, err error)
}

// Proposer is an App that chooses what goes into the blocks this node proposes. For
// others it is what came first.
type Proposer interface {
	// Propose returns transactions that wait, in the order of the block, which have
	// at most so many bytes together with BlockTxOverhead for each. It may name only
	// what passed CheckTx, and must end up naming each: nothing else removes it.
	// It is called while CheckTx is, and never while Commit runs.
	Propose(bytesMax int64) [][]byte
}

// BlockTxOverhead is how many bytes a transaction takes in a block beside its own, at most.
const BlockTxOverhead = 6

// Block is a decided block as the application sees it.
type Block struct {
	Height int64
	// Time is the weighted median of the validators' clocks in the last commit,
	// in UTC. It is later than the time of the block before.
	Time time.Time
	// Txs are the transactions in order. The application must not change them.
	Txs [][]byte
	// Misbehavior is what validators were proven to have done.
	Misbehavior []Misbehavior
	// ProposerAddress names the validator that proposed the block.
	ProposerAddress [20]byte
}

// MisbehaviorKind says what a validator did.
type MisbehaviorKind string

// The kinds of misbehaviour the engine proves.
const (
	// DuplicateVote: two votes for different blocks at one height, round and step.
	DuplicateVote MisbehaviorKind = "duplicate vote"
	// LightClientAttack: a signed header that conflicts with the chain.
	LightClientAttack MisbehaviorKind = "light client attack"
)

// Misbehavior is proof, checked by the engine, that a validator broke the rules.
type Misbehavior struct {
	Kind MisbehaviorKind
	// Address and Power are those of the validator at Height.
	Address [20]byte
	Power   int64
	Height  int64
	Time    time.Time
	// TotalPower is that of all validators at Height.
	TotalPower int64
}

// BlockResult is what executing a block gave.
type BlockResult struct {
	// Results has one entry per transaction, in order.
	Results []TxResult
	// AppHash is the hash of the state after the block. It must be a pure
	// function of the state, and must not change on a block that changes
	// nothing: a new hash makes the engine propose one more block to sign it.
	AppHash []byte
	// ValidatorUpdates take effect two heights later. One entry per key at most;
	// power 0 removes; the set must not become empty.
	ValidatorUpdates []ValidatorUpdate
	// AppVersion, if not 0, is the application version from the next height on.
	AppVersion uint64
	// Halt, if not nil, is why no further block may be executed here: the node
	// signs nothing above this height and fails with it once the block is committed.
	Halt error
}

// TxResult is the result of one transaction. Code and Data are hashed into the
// next header; Log is not and may differ between nodes.
type TxResult struct {
	Code uint32
	Data []byte
	Log  string
}

// ValidatorUpdate sets the voting power of an Ed25519 consensus key.
type ValidatorUpdate struct {
	PubKey [32]byte
	Power  int64
}
