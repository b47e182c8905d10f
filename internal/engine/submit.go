package engine

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/mempool"
)

// Submit hands a transaction to the mempool, from where it goes to the other
// nodes and into a block. It returns *Refused if App.CheckTx refused it, or
// ErrDuplicate, ErrMempoolFull, ErrTooLarge, ErrStopped.
//
// No error means that the transaction waits for a block, in memory: it is lost
// if this node stops before it was passed on, and it may still fail when it is
// executed. Only a CommittedBlock says that it is done. The engine keeps tx;
// don't change it. Submit may wait a few milliseconds while a block is
// committed; many goroutines may call it at once.
func (n *Node) Submit(ctx context.Context, tx []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if n.ended() {
		return ErrStopped
	}
	if len(tx) > n.config.TxBytesMax {
		return fmt.Errorf("%w: %d bytes, at most %d are taken", ErrTooLarge, len(tx), n.config.TxBytesMax)
	}
	if !n.gate.enter(n.pool, len(tx)) {
		return ErrMempoolFull
	}
	defer n.gate.leave(len(tx))
	var refused *Refused
	err := n.pool.CheckTx(tx, func(res *abci.ResponseCheckTx) {
		if res.Code != abci.CodeTypeOK {
			refused = &Refused{Code: res.Code, Log: res.Log}
		}
	}, mempool.TxInfo{SenderID: mempool.UnknownPeerID})
	if err != nil {
		return submitError(err)
	}
	if refused != nil {
		return refused
	}
	return nil
}

// submitError gives the mempool's errors this package's names.
func submitError(err error) error {
	var tooLarge mempool.ErrTxTooLarge
	var full mempool.ErrMempoolIsFull
	var pre mempool.ErrPreCheck
	switch {
	case errors.Is(err, mempool.ErrTxInCache):
		return ErrDuplicate
	case errors.As(err, &full), errors.Is(err, mempool.ErrRecheckFull):
		return ErrMempoolFull
	case errors.As(err, &tooLarge), errors.As(err, &pre):
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	return fmt.Errorf("couldn't submit the transaction: %w", err)
}

// gate keeps Submit below the mempool's own limits. At those the mempool drops
// a transaction that it has just accepted, without a word.
type gate struct {
	txs, bytes       atomic.Int64
	txsMax, bytesMax int64
}

func (g *gate) enter(pool mempool.Mempool, size int) bool {
	txs := g.txs.Add(1) + int64(pool.Size())
	bytes := g.bytes.Add(int64(size)) + pool.SizeBytes()
	if txs > g.txsMax || bytes > g.bytesMax {
		g.leave(size)
		return false
	}
	return true
}

func (g *gate) leave(size int) {
	g.txs.Add(-1)
	g.bytes.Add(-int64(size))
}
