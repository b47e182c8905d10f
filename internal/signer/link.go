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
	"time"
)

var (
	// ErrAway says that there is no connection to the signer.
	ErrAway = errors.New("there is no connection to the signer")
	// ErrBusy says that the signer serves another connection.
	ErrBusy = errors.New("the signer serves another connection: is a second node running with this key?")
)

// LinkConfig says how a node reaches its signer.
type LinkConfig struct {
	// Addr is where it listens, host:port. Required.
	Addr string
	// Key is this node's key on the channel, Signer the signer's. Required.
	Key    ed25519.PrivateKey
	Signer ed25519.PublicKey
	// Consensus is the consensus key that signs there. Required.
	Consensus [32]byte
	// Log tells of connections. Required.
	Log *slog.Logger
}

// Link is a node's end of the channel. It connects again by itself, for ever. It is
// safe for concurrent use; questions go one after the other.
type Link struct {
	config LinkConfig
	tls    *tls.Config
	end    context.CancelFunc
	done   sync.WaitGroup

	asking sync.Mutex // one question at a time

	mu     sync.Mutex
	conn   *tls.Conn // nil without connection
	broken chan struct{}
	why    error
	notify []func()
}

// Dial makes the node's end. It returns at once; the signer may come later.
func Dial(c LinkConfig) (*Link, error) {
	t, err := channel(c.Key, c.Signer)
	if err != nil {
		return nil, err
	}
	t.ServerName = "signer" // TLS wants one; the key says who it is
	ctx, cancel := context.WithCancel(context.Background())
	l := &Link{config: c, tls: t, end: cancel, why: ErrAway}
	l.done.Go(func() { l.keep(ctx) })
	return l, nil
}

// PublicKey is the consensus key that signs at the other end.
func (l *Link) PublicKey() [32]byte { return l.config.Consensus }

// OnConnect has fn called in a goroutine after each connection is made, and at once
// if there is one. More than a few functions are a mistake, and are ignored.
func (l *Link) OnConnect(fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.notify) == listenersMax {
		l.config.Log.Error("too many wait for the signer", "most", listenersMax)
		return
	}
	l.notify = append(l.notify, fn)
	if l.conn != nil {
		go fn()
	}
}

// Connected says whether the signer is there, and was within the last seconds.
func (l *Link) Connected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn != nil
}

// Close ends the link.
func (l *Link) Close() error {
	l.end()
	l.done.Wait()
	return nil
}

// Ask returns the signer's answer, or an error at once while there is no connection.
func (l *Link) Ask(question []byte) ([]byte, error) {
	l.asking.Lock()
	defer l.asking.Unlock()
	l.mu.Lock()
	conn, why := l.conn, l.why
	l.mu.Unlock()
	if conn == nil {
		return nil, why
	}
	answer, err := exchange(conn, frameText, question)
	if err != nil {
		l.lose(conn, err)
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return answer, nil
}

// exchange sends a frame and reads the one of the same kind that answers it.
func exchange(conn *tls.Conn, kind byte, text []byte) ([]byte, error) {
	if err := conn.SetDeadline(time.Now().Add(answerWait)); err != nil {
		return nil, err
	}
	if err := writeFrame(conn, kind, text); err != nil {
		return nil, err
	}
	got, answer, err := readFrame(conn)
	switch {
	case err != nil:
		return nil, err
	case got == frameBusy:
		return nil, ErrBusy
	case got != kind:
		return nil, errKind
	}
	return answer, nil
}

// lose drops a connection that failed, unless it was dropped already.
func (l *Link) lose(conn *tls.Conn, why error) {
	_ = conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == conn {
		l.conn, l.why = nil, fmt.Errorf("%w: %w", ErrAway, why)
		close(l.broken)
	}
}

// keep connects, stays, and connects again.
func (l *Link) keep(ctx context.Context) {
	for wait := redialFirst; ctx.Err() == nil; wait = min(2*wait, redialLast) {
		conn, err := l.dial(ctx)
		if err == nil {
			wait = redialFirst
			l.stay(ctx, conn)
		} else if ctx.Err() == nil {
			l.mu.Lock()
			news := l.why.Error() != fmt.Errorf("%w: %w", ErrAway, err).Error()
			l.why = fmt.Errorf("%w: %w", ErrAway, err)
			l.mu.Unlock()
			if news { // and not for each attempt
				l.config.Log.Warn("the signer can't be reached; the node votes for nothing meanwhile", "signer", l.config.Addr, "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

func (l *Link) dial(ctx context.Context) (*tls.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeWait)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.config.Addr)
	if err != nil {
		return nil, err
	}
	conn := tls.Client(raw, l.tls)
	if err := conn.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	// In TLS 1.3 a client doesn't learn from the handshake whether it was accepted.
	if _, err := exchange(conn, frameBeat, nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// stay keeps a connection alive until it breaks or the link ends.
func (l *Link) stay(ctx context.Context, conn *tls.Conn) {
	broken := make(chan struct{})
	l.mu.Lock()
	l.conn, l.broken, l.why = conn, broken, nil
	for _, fn := range l.notify {
		go fn()
	}
	l.mu.Unlock()
	l.config.Log.Info("connected to the signer", "signer", l.config.Addr)
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			l.lose(conn, ctx.Err())
			return
		case <-broken:
			l.config.Log.Warn("lost the signer; the node votes for nothing meanwhile", "signer", l.config.Addr)
			return
		case <-beat.C:
		}
		l.asking.Lock()
		_, err := exchange(conn, frameBeat, nil)
		l.asking.Unlock()
		if err != nil {
			l.lose(conn, err)
		}
	}
}
