package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pedigree/internal/vault"
	"pedigree/internal/vault/pgtest"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// registry is the ledger's word about members, for tests that change it.
type registry struct {
	mu       sync.Mutex
	height   uint64
	boxes    map[string]Mailbox
	standing map[string]string // why not, by member
	retired  map[string]bool   // signing keys that are not in force
}

func newRegistry() *registry {
	return &registry{height: 10, boxes: map[string]Mailbox{}, standing: map[string]string{}, retired: map[string]bool{}}
}

func (r *registry) Mailbox(org string) (Mailbox, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m, ok := r.boxes[org]
	return m, ok, nil
}

func (r *registry) SigningKey(org string, id uint64) (proof.Key, error) {
	if err := r.Standing(org); err != nil {
		return proof.Key{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if id != 1 || r.retired[org] {
		return proof.Key{}, fmt.Errorf("%s has no key %d in force", org, id)
	}
	return ledgertest.Key(org), nil
}

func (r *registry) Standing(org string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if why := r.standing[org]; why != "" {
		return fmt.Errorf("%s is %s: %w", org, why, ErrStanding)
	}
	return nil
}

func (r *registry) Height() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.height
}

// change changes the registry.
func (r *registry) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
}

// publish lays a member's mailbox down, as an entry would.
func (r *registry) publish(x *Exchange, addr string) {
	list, err := x.SealKeys(context.Background())
	if err != nil {
		panic(err)
	}
	m := Mailbox{Addr: addr, TLS: x.ConnectionKey()}
	for _, k := range list {
		s := SealKey{ID: uint64(k.Made.Unix()), Key: k.Public, From: 1}
		if !k.Closed.IsZero() {
			s.To = r.Height()
		}
		m.Seal = append(m.Seal, s)
	}
	r.change(func() { r.boxes[x.Org()] = m })
}

// signer signs with a member's test key.
type signer string

func (s signer) Org() string   { return string(s) }
func (s signer) KeyID() uint64 { return 1 }
func (s signer) Sign(h proof.Hash) (proof.Signature, error) {
	return proof.Sign(ledgertest.PrivateKey(string(s)), h), nil
}

// house is one member's node.
type house struct {
	*Exchange
	t     testing.TB
	reg   *registry
	dir   string
	vault *vault.Vault
	door  *Door
	clock *clock
	big   map[string][]byte // payloads kept elsewhere, by reference

	mu  sync.Mutex
	saw []proof.Hash // notes that were dealt with
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// change is what a test sets differently.
type change func(*Config)

// place is where a member's private store is, on the kind of database that the tests run on.
func place(t testing.TB, org, dir string) vault.Config {
	return pgtest.In(t, vault.Config{Dir: dir + "/vault", Key: ledgertest.HashOf("vault " + org), Schemas: []vault.Schema{Schema}})
}

// move opens a member's exchange, with a first sealing key and a mailbox if it has
// none yet. The node listens, and works only when a test says so.
func move(t testing.TB, reg *registry, c *clock, org, dir string, changes ...change) *house {
	t.Helper()
	h := &house{t: t, reg: reg, dir: dir, clock: c, big: map[string][]byte{}}
	store := place(t, org, dir)
	store.Now = c.now
	v, err := vault.Open(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	h.vault = v
	if h.door, err = OpenDoor("127.0.0.1:0", slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Door:  h.door,
		Vault: v, Dir: dir + "/spool", ChainID: ledgertest.ChainID, Sign: signer(org), Directory: reg, Secret: ledgertest.HashOf("secret " + org),
		Reach: Reach{Loopback: true}, Now: c.now,
	}
	for _, do := range changes {
		do(&cfg)
	}
	if h.Exchange, err = Open(cfg); err != nil {
		t.Fatal(err)
	}
	h.register()
	if _, known := reg.boxes[org]; !known {
		if _, err := h.NewSealKey(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	h.door.admit(h.Exchange)
	reg.publish(h.Exchange, h.door.Addr().String())
	t.Cleanup(h.leave)
	return h
}

// register adds the kinds of the tests: a note is counted, a parcel waits for a person
// and is loaded from elsewhere, a stone is refused, mud is never dealt with.
func (h *house) register() {
	for _, k := range []Kind{
		{Name: "note", BytesMax: 1 << 16, Arrived: func(_ context.Context, in Incoming) (Outcome, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.saw = append(h.saw, in.ID)
			return Outcome{State: Done, Verdict: "ok"}, nil
		}},
		{Name: "parcel", Load: func(_ context.Context, ref []byte) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(h.big[string(ref)])), nil
		}},
		{Name: "stone", Arrived: func(context.Context, Incoming) (Outcome, error) {
			return Outcome{}, fmt.Errorf("%w: it is a stone", ErrRejected)
		}},
		{Name: "mud", Arrived: func(context.Context, Incoming) (Outcome, error) { return Outcome{}, errors.New("too dark to look") }},
	} {
		if err := h.Register(k); err != nil {
			h.t.Fatal(err)
		}
	}
}

// leave ends the node's process.
func (h *house) leave() {
	if h.vault == nil {
		return
	}
	h.Stop()
	if err := errors.Join(h.door.Close(), h.vault.Close()); err != nil {
		h.t.Error(err)
	}
	h.vault = nil
}

// again starts the node anew on its disk, at another port.
func (h *house) again(changes ...change) *house {
	h.t.Helper()
	h.leave()
	n := move(h.t, h.reg, h.clock, h.Org(), h.dir, changes...)
	n.big = h.big
	return n
}

// put queues a payload and returns its id.
func (h *house) put(o Outgoing) proof.Hash {
	h.t.Helper()
	var id proof.Hash
	err := h.vault.Update(h.t.Context(), func(tx *sql.Tx) (err error) {
		id, err = h.Queue(tx, o)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

func (h *house) note(to, text string) proof.Hash {
	h.t.Helper()
	return h.put(Outgoing{To: to, Kind: "note", Key: sha256.Sum256([]byte(text)), Payload: []byte(text)})
}

// parcel queues a large payload.
func (h *house) parcel(to string, content []byte) proof.Hash {
	h.t.Helper()
	key := proof.Hash(sha256.Sum256(content))
	h.big[string(key[:])] = content
	return h.put(Outgoing{To: to, Kind: "parcel", Key: key, Reference: key[:]})
}

// turn has the node do what is due.
func (h *house) turn() {
	h.t.Helper()
	if err := errors.Join(h.workInbox(h.t.Context()), h.sendDue(h.t.Context())); err != nil {
		h.t.Fatal(err)
	}
	h.sending.Wait()
}

// sent is a delivery in the outbox.
func (h *house) sent(id proof.Hash) Sent {
	h.t.Helper()
	s, err := h.OutboxItem(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// inbox is everything that came.
func (h *house) inbox() []Came {
	h.t.Helper()
	list, err := h.Inbox(h.t.Context(), Listing{})
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// content is the payload of a delivery that came.
func (h *house) content(id proof.Hash) []byte {
	h.t.Helper()
	r, _, err := h.Content(h.t.Context(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		h.t.Fatal(err)
	}
	return b
}

// town is a maker and a wholesaler over one ledger.
type town struct {
	reg               *registry
	clock             *clock
	maker, wholesaler *house
}

func newTown(t testing.TB, changes ...change) *town {
	t.Helper()
	w := &town{reg: newRegistry(), clock: &clock{at: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)}}
	w.maker = move(t, w.reg, w.clock, "maker", t.TempDir(), changes...)
	w.wholesaler = move(t, w.reg, w.clock, "wholesaler", t.TempDir(), changes...)
	return w
}

// noise is content that does not compress or repeat.
func noise(seed string, size int) []byte {
	b := make([]byte, 0, size+32)
	for h := sha256.Sum256([]byte(seed)); len(b) < size; h = sha256.Sum256(h[:]) {
		b = append(b, h[:]...)
	}
	return b[:size]
}
