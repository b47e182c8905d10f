package signer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testWait is only reached when a test fails.
const testWait = 30 * time.Second

var quiet = slog.New(slog.DiscardHandler)

func newKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// host is a signer that answers every question with itself.
type host struct {
	*Host
	addr string
	stop func()
}

func serve(t *testing.T, key ed25519.PrivateKey, node ed25519.PublicKey, addr string) *host {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	h := &host{Host: &Host{Key: key, Node: node, Answer: bytes.Clone, Log: quiet}, addr: l.Addr().String()}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, l) }()
	stopped := false
	h.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(h.stop)
	return h
}

func dial(t *testing.T, addr string, key ed25519.PrivateKey, signer ed25519.PublicKey) *Link {
	t.Helper()
	l, err := Dial(LinkConfig{Addr: addr, Key: key, Signer: signer, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(testWait); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s didn't happen", what)
		}
	}
}

func TestQuestionsAreAnsweredAndConnectionsMadeAgain(t *testing.T) {
	node, key := newKey(t), newKey(t)
	first := serve(t, key, public(node), "127.0.0.1:0")
	l := dial(t, first.addr, node, public(key))
	var connected atomic.Int32
	l.OnConnect(func() { connected.Add(1) })
	until(t, "a connection", l.Connected)
	for _, size := range []int{0, 1, frameBytesMax} {
		q := bytes.Repeat([]byte{7}, size)
		if a, err := l.Ask(q); err != nil || !bytes.Equal(a, q) {
			t.Errorf("%d bytes came back as %d, %v", size, len(a), err)
		}
	}
	if _, err := l.Ask(make([]byte, frameBytesMax+1)); err == nil {
		t.Error("a question that is too long was asked")
	}
	until(t, "a connection", l.Connected)
	first.stop()
	until(t, "the loss of the signer", func() bool { _, err := l.Ask([]byte("q")); return errors.Is(err, ErrAway) })
	second := serve(t, key, public(node), first.addr)
	until(t, "another connection", func() bool { _, err := l.Ask([]byte("q")); return err == nil })
	until(t, "word of each connection", func() bool { return connected.Load() >= 2 })
	if second.Answers() == 0 || !second.Busy() {
		t.Errorf("the second signer answered %d questions", second.Answers())
	}
}

func TestNobodyElseIsListenedTo(t *testing.T) {
	node, key, thief := newKey(t), newKey(t), newKey(t)
	h := serve(t, key, public(node), "127.0.0.1:0")
	for name, l := range map[string]*Link{
		"a node with another key":             dial(t, h.addr, thief, public(key)),
		"a signer with another key":           dial(t, h.addr, node, public(thief)),
		"a node that has the signer's key":    dial(t, h.addr, key, public(key)),
		"a signer that takes the node's part": dial(t, h.addr, node, public(node)),
	} {
		t.Run(name, func(t *testing.T) {
			before := h.Refused()
			until(t, "a refusal", func() bool { return h.Refused() > before })
			if _, err := l.Ask([]byte("q")); !errors.Is(err, ErrAway) || l.Connected() {
				t.Errorf("answered with %v", err)
			}
		})
	}
	if h.Answers() != 0 {
		t.Errorf("%d questions were answered", h.Answers())
	}
}

func TestPlainBytesAndOldVersionsEndTheHandshake(t *testing.T) {
	node, key := newKey(t), newKey(t)
	h := serve(t, key, public(node), "127.0.0.1:0")
	old, err := channel(node, public(key))
	if err != nil {
		t.Fatal(err)
	}
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if conn, err := tls.Dial("tcp", h.addr, old); err == nil {
		t.Error("TLS 1.2 was taken")
		_ = conn.Close()
	}
	raw, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	_ = writeFrame(raw, frameText, []byte("sign this"))
	_, err = io.ReadAll(raw)
	until(t, "two refusals", func() bool { return h.Refused() == 2 })
	if err != nil && h.Answers() != 0 {
		t.Errorf("answered %d questions, %v", h.Answers(), err)
	}
}

// tap carries a connection, keeps what the node sends, and can change or stop it.
type tap struct {
	addr string
	sent atomic.Pointer[[]byte]
	flip atomic.Bool
	hold atomic.Bool
}

func newTap(t *testing.T, to string) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &tap{addr: l.Addr().String()}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			go p.carry(far, near, true)
			go p.carry(near, far, false)
		}
	}()
	return p
}

func (p *tap) carry(to, from net.Conn, keep bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 64<<10)
	var all []byte
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if p.hold.Load() {
			continue // as in a partition: it arrives nowhere
		}
		if keep {
			all = append(all, buf[:n]...)
			text := bytes.Clone(all)
			p.sent.Store(&text)
			if p.flip.CompareAndSwap(true, false) {
				buf[n-1] ^= 1
			}
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestAReplayedOrAlteredConnectionAsksNothing(t *testing.T) {
	node, key := newKey(t), newKey(t)
	h := serve(t, key, public(node), "127.0.0.1:0")
	p := newTap(t, h.addr)
	l := dial(t, p.addr, node, public(key))
	until(t, "a connection", l.Connected)
	if _, err := l.Ask([]byte("sign this")); err != nil {
		t.Fatal(err)
	}
	recorded := *p.sent.Load()
	answered := h.Answers()
	p.flip.Store(true)
	if a, err := l.Ask([]byte("sign that")); err == nil {
		t.Errorf("an altered question was answered with %q", a)
	}
	until(t, "the end of the altered connection", func() bool { return h.Answers() == answered })
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, "a free signer", func() bool { return !h.Busy() })
	refused := h.Refused()
	raw, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Write(recorded); err != nil {
		t.Logf("the signer hung up early: %v", err)
	}
	until(t, "the refusal of what was recorded", func() bool { return h.Refused() > refused })
	if h.Answers() != answered {
		t.Errorf("%d questions were answered, then %d", answered, h.Answers())
	}
}

func TestASecondNodeIsTurnedAwayWhileTheFirstLives(t *testing.T) {
	node, key := newKey(t), newKey(t)
	h := serve(t, key, public(node), "127.0.0.1:0")
	p := newTap(t, h.addr)
	first := dial(t, p.addr, node, public(key))
	until(t, "a connection", first.Connected)
	second := dial(t, h.addr, node, public(key))
	until(t, "a refusal", func() bool { _, err := second.Ask(nil); return errors.Is(err, ErrBusy) })
	time.Sleep(2 * beatEvery) // with nothing to ask, the first stays
	if _, err := first.Ask([]byte("q")); err != nil || second.Connected() {
		t.Fatalf("the first lost its place: %v", err)
	}
	// The first is cut off without a word: its silence frees the place.
	p.hold.Store(true)
	until(t, "the second's turn", second.Connected)
	until(t, "the first's loss", func() bool { return !first.Connected() })
	if a, err := second.Ask([]byte("mine")); err != nil || string(a) != "mine" {
		t.Errorf("%q, %v", a, err)
	}
}

func TestASlowAnswerIsWaitedFor(t *testing.T) {
	node, key := newKey(t), newKey(t)
	h := serve(t, key, public(node), "127.0.0.1:0")
	h.Answer = func(q []byte) []byte { time.Sleep(time.Second); return q }
	l := dial(t, h.addr, node, public(key))
	until(t, "a connection", l.Connected)
	if a, err := l.Ask([]byte("slow")); err != nil || string(a) != "slow" {
		t.Errorf("%q, %v", a, err)
	}
}

func TestFramesHaveALongestLength(t *testing.T) {
	for _, tc := range []struct {
		name string
		raw  string
		ok   bool
	}{
		{"a beat", "\x00\x00\x00\x01\x00", true},
		{"the longest", "\x00\x00\x10\x01\x02" + strings.Repeat("x", frameBytesMax), true},
		{"one byte too many", "\x00\x00\x10\x02\x02" + strings.Repeat("x", frameBytesMax+1), false},
		{"four gigabytes", "\xff\xff\xff\xff\x02", false},
		{"nothing", "\x00\x00\x00\x00", false},
		{"an unknown kind", "\x00\x00\x00\x01\x03", false},
		{"a beat that says something", "\x00\x00\x00\x02\x00x", false},
		{"a frame that is cut off", "\x00\x00\x00\x05\x02x", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, _, err := readFrame(strings.NewReader(tc.raw)); (err == nil) != tc.ok {
				t.Errorf("read with %v", err)
			}
		})
	}
}

func TestOnlyOneFormOfAKeyIsRead(t *testing.T) {
	key := public(newKey(t))
	text := PublicText(key)
	if got, err := ParsePublic(text); err != nil || !got.Equal(key) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", text[1:], text + "00", strings.Repeat("AB", 32), strings.Repeat("zz", 32)} {
		if _, err := ParsePublic(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x01\x00"))
	f.Add([]byte("\x00\x00\x00\x03\x02ab"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		kind, text, err := readFrame(bytes.NewReader(raw))
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := writeFrame(&out, kind, text); err != nil || !bytes.HasPrefix(raw, out.Bytes()) {
			t.Fatalf("%x was written again as %x, %v", raw, out.Bytes(), err)
		}
	})
}
