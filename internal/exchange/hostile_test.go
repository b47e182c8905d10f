package exchange

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// impostor is a node at the wholesaler's address, under its key, that answers as a
// test likes.
func (w *town) impostor(t *testing.T, answer http.HandlerFunc) {
	t.Helper()
	w.wholesaler.door.leave(w.wholesaler.Exchange)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: answer}
	go func() { _ = s.Serve(tls.NewListener(l, w.wholesaler.self.server(w.reg, func() {}))) }()
	t.Cleanup(func() { _ = s.Close() })
	w.reg.publish(w.wholesaler.Exchange, l.Addr().String())
}

func TestAPartnerThatAnswersNonsenseLosesNothingAndGainsNothing(t *testing.T) {
	write := func(status int, body []byte) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			rw.WriteHeader(status)
			_, _ = rw.Write(body)
		}
	}
	foreign, err := Receipt{ID: proof.Hash{9}, To: "wholesaler", KeyID: 1}.sign(signer("wholesaler"))
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"nothing":                     write(200, nil),
		"a page":                      write(200, []byte("<h1>It works</h1>")),
		"an endless answer":           write(200, make([]byte, 1<<20)),
		"a refusal with status 200":   write(200, refuse(RefusedKind, "no").forGood().encode()),
		"progress with status 500":    write(500, progress{have: 1}.encode()),
		"that it has too much":        write(200, progress{have: 1 << 20}.encode()),
		"that it never gets anything": write(200, progress{}.encode()),
		"everything and no receipt":   write(200, progress{have: 5 + sealOverhead}.encode()),
		"a receipt for another":       write(200, progress{have: 5 + sealOverhead, receipt: foreign}.encode()),
		"a receipt that is none":      write(200, progress{have: 5 + sealOverhead, receipt: []byte("thanks")}.encode()),
		"a redirect": func(rw http.ResponseWriter, r *http.Request) {
			http.Redirect(rw, r, "https://127.0.0.1:1/", http.StatusTemporaryRedirect)
		},
		"by hanging up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			w.impostor(t, answer)
			id := w.maker.note("wholesaler", "hello")
			w.maker.turn()
			if s := w.maker.sent(id); s.State != "sending" || s.Delivered != nil || s.Attempts != 1 {
				t.Errorf("it is %s after %d attempts: %s", s.State, s.Attempts, s.Reason)
			}
			w.wholesaler = w.wholesaler.again()
			w.clock.pass(time.Hour)
			w.maker.turn()
			if s := w.maker.sent(id); s.State != "delivered" {
				t.Errorf("to the right node it is %s: %s", s.State, s.Reason)
			}
		})
	}
}

func TestAReceiptUnderAnotherMembersKeyIsNone(t *testing.T) {
	w := newTown(t)
	w.impostor(t, func(rw http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		h, err := DecodeHead(raw)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		receipt, _ := Receipt{ChainID: h.ChainID, ID: h.ID(), From: h.From, To: h.To, KeyID: 1, Kind: h.Kind, Size: h.Size, Hash: h.Hash}.sign(signer("copycat"))
		_, _ = rw.Write(progress{have: uint64(h.sealedSize()), receipt: receipt}.encode())
	})
	id := w.maker.note("wholesaler", "hello")
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "sending" || !strings.Contains(s.Reason, "not signed with key 1 of wholesaler") {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestAPartnerThatNeverAnswersIsLeft(t *testing.T) {
	w := newTown(t)
	hang := make(chan struct{})
	defer close(hang)
	w.impostor(t, func(http.ResponseWriter, *http.Request) { <-hang })
	m, _, _ := w.reg.Mailbox("wholesaler")
	_, err := call{http: w.maker.peers.client("wholesaler", m), addr: m.Addr}.do(t.Context(), http.MethodPut, "", nil, mediaType, 50*time.Millisecond)
	if !unreachable(err) {
		t.Errorf("it ended with %v", err)
	}
}

func TestARefusalSaysWhenToComeBack(t *testing.T) {
	w := newTown(t)
	w.impostor(t, func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusTooManyRequests)
		_, _ = rw.Write(refuse(RefusedBusy, "later").after(retryAsked).encode())
	})
	id := w.maker.note("wholesaler", "hello")
	before := w.clock.now()
	w.maker.turn()
	s := w.maker.sent(id)
	if wait := s.Next.Sub(before); wait < retryAsked || wait > retryAsked+retryAsked/4 {
		t.Errorf("it is tried again after %v: %s", wait, s.Reason)
	}
	w.clock.pass(retryAsked / 2)
	other := w.maker.note("wholesaler", "another")
	w.maker.turn()
	if got := w.maker.sent(other); got.Attempts != 0 {
		t.Error("the partner was not left alone")
	}
}

func TestPausesGrowToAQuarterOfAnHour(t *testing.T) {
	last := time.Duration(0)
	for failed := range 40 {
		least, most := time.Duration(1<<62), time.Duration(0)
		for range 200 {
			d := backoff(failed, 0)
			least, most = min(least, d), max(most, d)
		}
		base := min(retryFirst<<min(failed, 20), retryMost)
		if least < base || most > base+base/5 || least < last {
			t.Errorf("after %d failures pauses are from %v to %v", failed, least, most)
		}
		last = base
	}
}

func TestSlowStrangersKeepNobodyOut(t *testing.T) {
	w := newTown(t)
	addr := w.wholesaler.door.Addr().String()
	for i := range 500 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if i%2 == 0 { // the beginning of a handshake, and never the rest
			_, _ = c.Write([]byte{0x16, 0x03, 0x01, 0x02})
		}
	}
	id := w.maker.parcel("wholesaler", noise("through", 2*plainChunk))
	w.maker.turn()
	if s := w.maker.sent(id); s.State != "delivered" {
		t.Errorf("it is %s: %s", s.State, s.Reason)
	}
}

func TestTheGateHoldsItsLimits(t *testing.T) {
	g := newGate()
	var ends []net.Conn
	enter := func(ip string) *gated {
		a, b := net.Pipe()
		ends = append(ends, b)
		return g.enter(addressed{a, ip + ":1"})
	}
	other := enter("10.0.0.9")
	early := enter("10.0.0.1")
	for range strangersIPMax - 1 {
		enter("10.0.0.1")
	}
	if early.at == nil || g.byIP["10.0.0.1"] != strangersIPMax {
		t.Errorf("at the limit of one address %d are in", g.byIP["10.0.0.1"])
	}
	if enter("10.0.0.1"); early.at != nil || other.at == nil || g.byIP["10.0.0.1"] != strangersIPMax {
		t.Errorf("one more made room for itself at another address's cost, or %d are in", g.byIP["10.0.0.1"])
	}
	first := g.oldest("")
	for i := g.strangers.Len(); i <= strangersMax; i++ {
		if enter(fmt.Sprintf("10.0.1.%d", i)) == nil {
			t.Fatalf("stranger %d was kept out", i+1)
		}
	}
	if g.strangers.Len() != strangersMax || first.at != nil {
		t.Errorf("there are %d strangers, and the oldest is still one: %v", g.strangers.Len(), first.at != nil)
	}
	if _, err := first.Write([]byte{1}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the oldest was not put out: %v", err)
	}
	for e := g.strangers.Front(); e != nil; e = g.strangers.Front() {
		_ = e.Value.(*gated).Close()
	}
	if g.open != 0 || len(g.byIP) != 0 {
		t.Errorf("all gone, %d count as open and %v as strangers", g.open, g.byIP)
	}
	for _, c := range ends {
		_ = c.Close()
	}
}

// addressed is a connection from an address of the test's choice.
type addressed struct {
	net.Conn
	from string
}

func (a addressed) RemoteAddr() net.Addr { return addr(a.from) }

type addr string

func (a addr) Network() string { return "tcp" }
func (a addr) String() string  { return string(a) }

func TestSealedChunksOpenInTheirPlaceOnly(t *testing.T) {
	w := newTown(t)
	content := noise("chunks", 2*plainChunk+7)
	h, _ := w.madeHead(t, func(h *Head) { h.Size = uint64(len(content)) })
	m, _, _ := w.reg.Mailbox("wholesaler")
	seal, sender, err := newSeal(m.Seal[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	h.Seal = seal
	var out bytes.Buffer
	if err := sealTo(&out, bytes.NewReader(content), int64(len(content)), sender, h.body()); err != nil {
		t.Fatal(err)
	}
	signed, err := DecodeHead(signedHead(t, h))
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.wholesaler.privateKey(t.Context(), seal)
	if err != nil {
		t.Fatal(err)
	}
	open := func(head SignedHead, sealed []byte) ([]byte, error) {
		r, err := openFrom(bytes.NewReader(sealed), head, key)
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	sealed := out.Bytes()
	if int64(len(sealed)) != signed.sealedSize() {
		t.Errorf("sealed it has %d bytes, not %d", len(sealed), signed.sealedSize())
	}
	if got, err := open(signed, sealed); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("it does not open: %v", err)
	}
	swapped := append(append(bytes.Clone(sealed[sealedChunk:2*sealedChunk]), sealed[:sealedChunk]...), sealed[2*sealedChunk:]...)
	shorter := signed
	shorter.Size = plainChunk
	other := signed
	other.aad = append(bytes.Clone(signed.aad), 0)
	for name, c := range map[string]struct {
		head   SignedHead
		sealed []byte
	}{
		"two chunks swapped": {signed, swapped}, "cut off": {signed, sealed[:len(sealed)-1]}, "ended after a chunk": {shorter, sealed[:sealedChunk]},
		"under another head": {other, sealed}, "a bit flipped at the end": {signed, append(bytes.Clone(sealed[:len(sealed)-1]), sealed[len(sealed)-1]^1)},
	} {
		if _, err := open(c.head, c.sealed); !errors.Is(err, errDamaged) {
			t.Errorf("%s it gives %v", name, err)
		}
	}
}
