package signer

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Host is the end that signs.
type Host struct {
	// Key is this end's key, Node the node's. Required.
	Key  ed25519.PrivateKey
	Node ed25519.PublicKey
	// Answer answers a question. It is asked one question at a time. Required.
	Answer func(question []byte) []byte
	// Log tells who comes and goes. Required.
	Log *slog.Logger

	busy    atomic.Bool
	answers atomic.Uint64
	refused atomic.Uint64
}

// Answers is how many questions were answered, and Refused how many connections
// were turned away.
func (h *Host) Answers() uint64 { return h.answers.Load() }

// Refused is how many connections were turned away.
func (h *Host) Refused() uint64 { return h.refused.Load() }

// Busy says whether a node is connected.
func (h *Host) Busy() bool { return h.busy.Load() }

// Serve answers on l until ctx ends, and closes it.
func (h *Host) Serve(ctx context.Context, l net.Listener) error {
	config, err := channel(h.Key, h.Node)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	var all sync.WaitGroup
	defer all.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	slots := make(chan struct{}, handshakesMax)
	for {
		raw, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return errors.Join(fmt.Errorf("couldn't take connections: %w", err), l.Close())
		}
		select {
		case slots <- struct{}{}:
		default: // as many as that are only ever strangers
			h.refused.Add(1)
			_ = raw.Close()
			continue
		}
		all.Go(func() {
			h.one(ctx, tls.Server(raw, config), func() { <-slots })
		})
	}
}

// one serves one connection. begun is called when its handshake is over.
func (h *Host) one(ctx context.Context, conn *tls.Conn, begun func()) {
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer conn.Close()
	shake, cancel := context.WithTimeout(ctx, handshakeWait)
	err := conn.HandshakeContext(shake)
	cancel()
	begun()
	if err != nil {
		h.refused.Add(1)
		h.Log.Warn("turned a connection away", "from", conn.RemoteAddr().String(), "error", err)
		return
	}
	if !h.busy.CompareAndSwap(false, true) {
		h.refused.Add(1)
		h.Log.Warn("turned a second connection away: a node is connected already", "from", conn.RemoteAddr().String())
		_ = conn.SetDeadline(time.Now().Add(handshakeWait))
		_, _, _ = readFrame(conn) // what isn't read would make the close lose the answer
		_ = writeFrame(conn, frameBusy, nil)
		return
	}
	defer h.busy.Store(false)
	h.Log.Info("a node is connected", "from", conn.RemoteAddr().String())
	err = h.talk(conn)
	h.Log.Info("the node is gone", "from", conn.RemoteAddr().String(), "why", err)
}

// talk answers until the connection ends. It answers a first beat at once, so that
// the node knows that it wasn't turned away.
func (h *Host) talk(conn *tls.Conn) error {
	for {
		if err := conn.SetDeadline(time.Now().Add(aliveWait)); err != nil {
			return err
		}
		kind, question, err := readFrame(conn)
		if err != nil {
			return err
		}
		var answer []byte
		switch kind {
		case frameText:
			answer = h.Answer(question)
			h.answers.Add(1)
		case frameBusy:
			return errKind
		}
		if err := conn.SetDeadline(time.Now().Add(aliveWait)); err != nil {
			return err
		}
		if err := writeFrame(conn, kind, answer); err != nil {
			return err
		}
	}
}
