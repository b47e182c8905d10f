package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// Readers prove and check without pause while blocks are staged and committed.
func TestReadersSeeWholeHeightsWhileBlocksGoOn(t *testing.T) {
	h := newHarness(t)
	defer h.close(t)
	h.block(t, many(300, "0"))
	done := make(chan struct{})
	problems := make(chan error, 8)
	var readers sync.WaitGroup
	for r := range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := readOnce(h.store, r); err != nil {
					problems <- err
					return
				}
			}
		})
	}
	for block := range 60 {
		ch := many(300+block, fmt.Sprint(block+1))
		ch.Events = [][]byte{fmt.Append(nil, block)}
		h.block(t, ch)
	}
	close(done)
	readers.Wait()
	close(problems)
	for err := range problems {
		t.Error(err)
	}
}

// readOnce takes a view and looks whether all that it shows is of its height:
// block n gives every key the value n, and the log n events.
func readOnce(s *Store, reader int) (err error) {
	v, err := s.View()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	want := fmt.Sprint(v.Height())
	p, err := v.ProveState([]byte("\x10key 7"))
	if err != nil {
		return err
	}
	if string(p.Value) != want || v.Parts().EventCount != uint64(v.Height()) {
		return fmt.Errorf("height %s shows value %s and %d events", want, p.Value, v.Parts().EventCount)
	}
	if v.Height() > 0 {
		if _, err := v.ProveEvent(uint64(v.Height()) - 1); err != nil {
			return err
		}
	}
	err = v.Each([]byte("\x10"), func(key, value []byte) (bool, error) {
		if string(value) != want {
			return false, fmt.Errorf("height %s shows the value %s under %q", want, value, key)
		}
		return true, nil
	})
	if err != nil || reader > 0 {
		return err
	}
	_, err = v.fsck(context.Background())
	return err
}
