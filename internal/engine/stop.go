package engine

import (
	"bytes"
	"fmt"
	"time"
)

// Stop ends consensus, closes the connections and the subscriptions, and waits
// for what is under way. A node that decides alone first decides what waits, for
// a short time. Stop may be called more than once. Config.DB stays open.
func (n *Node) Stop() error {
	n.stopOnce.Do(func() { n.stopErr = n.stop() })
	return n.stopErr
}

func (n *Node) stop() error {
	n.stopping.Store(true)
	close(n.halt.stopping)
	n.settle()
	n.feed.end()
	stopped := make(chan error, 1)
	go func() { stopped <- n.engine.Stop() }()
	var err error
	select {
	case err = <-stopped:
	case <-time.After(stopWait):
		err = fmt.Errorf("consensus didn't end within %s", stopWait)
	}
	n.readers.Wait()
	if closeErr := n.signer.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("couldn't stop the engine cleanly: %w", err)
	}
	return nil
}

// settle waits until a node that decides alone has nothing left to decide. If it
// stopped with a proposal signed but not decided, another transaction after the
// start would make another proposal, which the signing mark must refuse, and the
// first answer would take two time-outs of a second.
func (n *Node) settle() {
	for end := time.Now().Add(settleWait); time.Now().Before(end) && n.Err() == nil && n.decidesAlone(); {
		if n.pool.Size() == 0 && n.hashSigned() {
			return
		}
		time.Sleep(settlePoll)
	}
}

// decidesAlone says whether this node's key is the only one in the next set.
func (n *Node) decidesAlone() bool {
	set, err := n.state.LoadValidators(n.feed.height() + 1)
	if err != nil || set.Size() != 1 {
		return false
	}
	key, err := rawKey(set.Validators[0].PubKey)
	return err == nil && key == n.ConsensusPubKey()
}

// hashSigned says whether the last block left the hash as its header found it.
// If not, the engine adds a block, empty if need be, whose header has the new one.
func (n *Node) hashSigned() bool {
	tip := n.feed.height()
	block, inThisRun := n.feed.at(tip)
	if tip > 0 && !inThisRun {
		return true
	}
	meta := n.blocks.LoadBlockMeta(tip)
	return meta != nil && bytes.Equal(meta.Header.AppHash, block.AppHash)
}
