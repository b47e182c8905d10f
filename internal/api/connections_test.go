package api

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

func TestConnectionsAreTakenUpToTheirLimit(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := bounded(l, 2)
	defer b.Close()
	taken := make(chan net.Conn, 8)
	go func() {
		for {
			c, err := b.Accept()
			if err != nil {
				return
			}
			taken <- c
		}
	}()
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	dial()
	first := <-taken
	dial()
	<-taken
	if _, err := dial().Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("a connection past the limit was not closed: %v", err)
	}
	_, _ = first.Close(), first.Close() // a place is given back once
	dial()
	<-taken
	if _, err := dial().Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("closing one connection twice made room for two: %v", err)
	}
}

func TestAnAnswerThatNobodyReadsEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		c := &boundedConn{Conn: theirs, leave: func() {}}
		const steps = 4
		go func() {
			for range steps {
				time.Sleep(writeStillMax - time.Second)
				_, _ = io.CopyN(io.Discard, ours, writeStep)
			}
		}()
		began := time.Now()
		n, err := c.Write(make([]byte, (steps+1)*writeStep))
		if !errors.Is(err, os.ErrDeadlineExceeded) || n != steps*writeStep {
			t.Errorf("wrote %d bytes: %v", n, err)
		}
		if took := time.Since(began); took < steps*(writeStillMax-time.Second)+writeStillMax {
			t.Errorf("a slow reader was given up after %s", took)
		}
	})
}
