package engine

import (
	"errors"
	"fmt"
)

var (
	// ErrMempoolFull says that too much is waiting already: try again after a block.
	ErrMempoolFull = errors.New("the mempool is full: try again after the next block")
	// ErrTooLarge says that the transaction is larger than Config.TxBytesMax.
	ErrTooLarge = errors.New("the transaction is too large")
	// ErrDuplicate says that the same bytes were seen lately: they are waiting,
	// or were committed, or are in a block that is being decided.
	ErrDuplicate = errors.New("the transaction was already submitted")
	// ErrStopped says that the node was stopped or has failed.
	ErrStopped = errors.New("the node is stopped")
	// ErrNotFound says that the node doesn't have what was asked for: the height
	// isn't committed yet, was pruned, or has no such index.
	ErrNotFound = errors.New("not found on this node")

	// ErrNoSnapshot says that peers answer and none of them has a snapshot.
	ErrNoSnapshot = errors.New("no node that answers has a snapshot")
	// ErrNoPeers says that no peer answered.
	ErrNoPeers = errors.New("no node of the network answers")
	// ErrFork says that two nodes proved different headers of one height, or that
	// the chain has another block than the checkpoint.
	ErrFork = errors.New("there are two blocks of one height")

	// ErrHalted says that this node stopped before a height that it can't execute.
	ErrHalted = errors.New("this node goes no further")

	// ErrMarkMissing says that the signing mark of an existing key is gone.
	ErrMarkMissing = errors.New("the signing mark is missing")
	// ErrMarkDamaged says that the signing mark can't be trusted.
	ErrMarkDamaged = errors.New("the signing mark is damaged")
	// ErrMarkStale says that the signing mark is older than what the key signed.
	ErrMarkStale = errors.New("the signing mark is older than what this key has signed")
	// ErrHeld says that a consensus key that came back without its mark may not
	// sign yet; see Hold.
	ErrHeld = errors.New("the consensus key signs nothing yet")
	// ErrSignerAway says that the host that signs doesn't answer.
	ErrSignerAway = errors.New("the signer doesn't answer")
	// ErrWouldDoubleSign says that a signature was refused because the key
	// already signed something at or above that height, round and step.
	ErrWouldDoubleSign = errors.New("refused to sign")
)

// Refused is the application's refusal of a transaction by CheckTx.
type Refused struct {
	Code uint32
	Log  string
}

func (r *Refused) Error() string { return fmt.Sprintf("refused with code %d: %s", r.Code, r.Log) }
