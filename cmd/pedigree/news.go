package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/engine"
)

// newsBytesMax bounds the events that are kept in memory for the desks of hosted
// organisations; older ones are read from the blocks again.
const newsBytesMax = 16 << 20

// news are the latest events that any organisation's desk may have to follow. A
// node with hundreds of desks reads each block once.
type news struct {
	engine *engine.Node
	sub    *engine.Subscription
	done   sync.WaitGroup

	mu     sync.Mutex
	first  uint64 // from this height on nothing is missing
	tip    uint64 // up to this height
	blocks []traceview.BlockEvents
	bytes  int
}

// readNews begins with the next block.
func readNews(e *engine.Node) (*news, error) {
	at := e.Height()
	sub, err := e.Subscribe(at + 1)
	if err != nil {
		return nil, fmt.Errorf("couldn't follow the ledger for the hosted organisations: %w", err)
	}
	n := &news{engine: e, sub: sub, first: uint64(at) + 1, tip: uint64(at)}
	n.done.Go(func() {
		for block := range sub.Blocks() {
			n.add(block)
		}
	})
	return n, nil
}

func (n *news) add(block engine.CommittedBlock) {
	events, err := traceview.Followed(eventsOf(block))
	n.mu.Lock()
	defer n.mu.Unlock()
	n.tip = uint64(block.Height)
	if err != nil { // a desk that reads the block meets the error again, and says so
		n.first, n.blocks, n.bytes = n.tip+1, nil, 0
		return
	}
	if len(events) == 0 {
		return
	}
	n.blocks = append(n.blocks, traceview.BlockEvents{Height: n.tip, Events: events})
	n.bytes += sizeOf(events)
	for n.bytes > newsBytesMax {
		n.bytes -= sizeOf(n.blocks[0].Events)
		n.first = n.blocks[0].Height + 1
		n.blocks[0] = traceview.BlockEvents{}
		n.blocks = n.blocks[1:]
	}
}

func sizeOf(events [][]byte) int {
	size := 0
	for _, e := range events {
		size += len(e)
	}
	return size
}

// after returns the blocks with such events above a height, and up to which height
// they tell everything. At most stepBlocks are read from the disk at once.
func (n *news) after(height uint64) (list []traceview.BlockEvents, upTo uint64, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if height+1 >= n.first {
		for _, b := range n.blocks {
			if b.Height > height {
				list = append(list, b)
			}
		}
		return list, max(height, n.tip), nil
	}
	upTo = min(n.first-1, height+stepBlocks)
	n.mu.Unlock()
	list, err = n.read(height+1, upTo)
	n.mu.Lock()
	return list, upTo, err
}

// stepBlocks is how many old blocks are read before what they tell is written.
const stepBlocks = 500

func (n *news) read(from, to uint64) (list []traceview.BlockEvents, err error) {
	for h := from; h <= to; h++ {
		block, err := n.engine.Block(int64(h))
		if err != nil {
			return nil, err
		}
		events, err := traceview.Followed(eventsOf(block))
		if err != nil {
			return nil, err
		}
		if len(events) > 0 {
			list = append(list, traceview.BlockEvents{Height: h, Events: events})
		}
	}
	return list, nil
}

func (n *news) close() {
	n.sub.Close()
	n.done.Wait()
}

// followWith makes a hosted desk follow the ledger when it is used, rather than
// block by block, and take up what its last end interrupted.
func (p *deskParts) followWith(n *news, log *slog.Logger) {
	p.news = n
	ctx, cancel := context.WithCancel(context.Background())
	p.done.Go(func() {
		<-p.closing
		cancel()
	})
	resume := func() error {
		_, err := p.desk.Resume(ctx)
		err = errors.Join(err, p.documents.Resume(ctx), p.docks.Resume(ctx), p.stocks.Resume(ctx), p.catalogue.ResumeLoads(ctx), p.book.Resume(ctx))
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	p.done.Go(func() {
		p.untilDone(log, "take up unfinished work", func() error {
			defer p.resumed.Store(true)
			return resume()
		})
	})
	p.done.Go(func() { p.finishCut(ctx, n.engine, log, resume) })
}

// catchUp folds what the ledger has told since the last time.
func (p *deskParts) catchUp(ctx context.Context) error {
	p.folding.Lock()
	defer p.folding.Unlock()
	if p.folded == 0 {
		at, err := p.desk.Folded(ctx)
		if err != nil {
			return err
		}
		p.folded = max(at, 1) // the founding is followed by nobody
	}
	for {
		blocks, upTo, err := p.news.after(p.folded)
		if err != nil {
			return err
		}
		if upTo == p.folded {
			return nil
		}
		if err := p.desk.FoldAll(context.WithoutCancel(ctx), upTo, blocks); err != nil {
			return err
		}
		p.folded = upTo
	}
}
