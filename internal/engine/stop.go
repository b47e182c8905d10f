package engine

import (
	"fmt"
	"time"
)

// Stop ends consensus, closes the connections and the subscriptions, and waits
// for what is under way. It may be called more than once. Config.DB stays open.
func (n *Node) Stop() error {
	n.stopOnce.Do(func() { n.stopErr = n.stop() })
	return n.stopErr
}

func (n *Node) stop() error {
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
