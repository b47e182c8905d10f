package node

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"pedigree/internal/crash"
	"pedigree/internal/engine"
	"pedigree/internal/obs"
	"pedigree/internal/store"
	"pedigree/internal/store/kv"
	"pedigree/ledger"
	"pedigree/proof"
)

// Config says how to run a node's half of the ledger.
type Config struct {
	Home     string              // folder with the engine's keys and mark; its data go to data/ledger below it
	Keys     engine.Keys         // the engine's keys, when Home doesn't hold them in plain
	Remote   engine.RemoteSigner // the consensus key on another host; nil for none
	Founding Founding            // the network's founding file
	Modules  []ledger.Module     // in consensus order
	Governor ledger.Governor     // answers for members' keys
	Listen   string              // host:port for peers; empty takes any free loopback port
	Peers    []engine.Peer       // the only nodes that may connect
	Timeouts engine.Timeouts     // replace the profile's, field by field
	Keep     Keeping             // how long blocks are kept; all of them by default
	Pending  int                 // envelopes that may wait for a block; 0: 50,000
	KV       kv.Options          // memory of the database
	Store    store.Options       // memory of the state
	Log      *slog.Logger

	// Allowed says whether the node with an id may connect, by the latest state;
	// nil: only Peers. At height 0 it is Peers always.
	Allowed func(s ledger.State, id string) bool

	// Published lists the nodes that members published, which this one dials beside
	// Peers; nil: none. Reach refuses the addresses to which it may not connect; a
	// member chooses its own.
	Published func(s ledger.State) []engine.Peer
	Reach     func(netip.Addr) error

	// Upgrades lists the versions of the rules that members agreed on, by height; nil:
	// there are none. SkipUpgrade is the height of one that doesn't happen.
	Upgrades    func(s ledger.State) []Upgrade
	SkipUpgrade uint64
	known       uint64 // replaces the program's version in tests; 0 for that

	Snapshots SnapshotRule // for nodes that join
	Join      *Joining     // how this node joins, if its store is empty; nil: by executing every block
}

// Node is a running node.
type Node struct {
	runtime *ledger.Runtime
	db      *kv.DB
	local   *kv.View
	state   *store.Store
	app     *application
	engine  *engine.Node
	waiting waiting
	signed  signedState
	keep    Keeping

	snapshots *snapshots
	started   atomic.Bool // engine is set
	guard     *guard
	rules     rules
	home      string

	submits, committed counts

	codes map[uint32]ledger.Code
	log   *slog.Logger
	sub   *engine.Subscription
	ended chan struct{}

	meeting sync.WaitGroup // with published nodes
	part    func()         // ends it
}

// Start opens the store, replays what is missing, and joins the network.
func Start(ctx context.Context, c Config) (*Node, error) {
	n := &Node{log: c.Log, keep: c.Keep, ended: make(chan struct{}), codes: map[uint32]ledger.Code{}}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	if err := n.open(c); err != nil {
		return nil, errors.Join(err, n.close())
	}
	if err := n.canGoOn(); err != nil {
		return nil, errors.Join(err, n.close())
	}
	genesis, err := c.Founding.Genesis()
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	ec := engine.Config{
		Home: c.Home, Keys: c.Keys, Remote: c.Remote, DB: n.db, Genesis: genesis, Profile: c.Founding.Profile, ListenAddr: c.Listen, Peers: c.Peers,
		Logger: n.log, Timeouts: c.Timeouts, TxBytesMax: ledger.EnvelopeSizeMax, MempoolTxs: n.app.lanes.txsMax, MempoolBytes: pendingBytes, Snapshots: n.snapshots,
	}
	n.guard = newGuard(c, n)
	if c.Join != nil {
		ec.Checkpoint = c.Join.Checkpoint
		if begun, _, err := engine.Begun(n.db); err != nil || begun == 0 {
			if err = errors.Join(err, n.join(ctx, c, ec)); err != nil {
				return nil, errors.Join(err, n.close())
			}
		}
	}
	ec.Attest, ec.AllowPeer = n.attest, n.guard.allows
	n.engine, err = engine.Start(ctx, ec, n.app)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("couldn't start the consensus engine: %w", err), n.close())
	}
	n.started.Store(true)
	prunable := func(last int64) int64 { return n.prunable(c.Keep, last) }
	n.app.prunable.Store(&prunable)
	n.snapshots.start(n.engine.WaitHeight)
	if status := n.engine.Status(); status.Height > 0 {
		n.app.time.Store(uint64(status.Time.Unix()))
	}
	if n.sub, err = n.engine.Subscribe(0); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	go n.announce(n.sub)
	n.meetPublished(c)
	return n, nil
}

func (n *Node) open(c Config) error {
	verdicts := newVerdicts()
	runtime, err := ledger.New(ledger.Config{ChainID: c.Founding.ChainID, Modules: c.Modules, Governor: c.Governor, Verify: verdicts.judge})
	if err != nil {
		return err
	}
	n.runtime = runtime
	for _, code := range ledger.Codes() {
		n.codes[code.Number] = code
	}
	for _, m := range c.Modules {
		for _, code := range m.Codes {
			n.codes[code.Number] = code
		}
	}
	n.codes[codeCrowded] = ledger.Code{Number: codeCrowded, Name: errCrowded{}.Code(), Kind: errCrowded{}.Kind()}
	n.submits.code, n.committed.code = n.codes, n.codes
	if n.db, err = kv.Open(filepath.Join(c.Home, "data", "ledger"), c.KV); err != nil {
		return fmt.Errorf("couldn't open the ledger's database: %w", err)
	}
	n.local = n.db.View(kv.NodeLocal)
	n.home, n.rules = c.Home, rules{known: rulesVersion, skip: c.SkipUpgrade, agreed: c.Upgrades}
	if c.known != 0 {
		n.rules.known = c.known
	}
	if c.Join != nil {
		if err := n.clear(); err != nil {
			return err
		}
	}
	if n.state, err = store.Open(n.db, c.Store); err != nil {
		return err
	}
	if n.snapshots, err = openSnapshots(c.Home, c.Snapshots, n.state, c.Founding.ChainID, n.rules, n.log); err != nil {
		return err
	}
	n.app = &application{
		runtime: runtime, state: n.state, latest: &latestState{State: n.state}, begun: func() bool { return !n.state.IsEmpty() },
		changed: n.noteValidatorChange, proven: n.noteMisbehaviour, freeze: n.state.View, signed: &n.signed,
		taken: n.committedHeight, rules: n.rules, first: c.Founding, lanes: newLanes(cmp.Or(c.Pending, pendingDefault), pendingBytes),
	}
	n.app.time.Store(uint64(c.Founding.Time.Unix()))
	return nil
}

// committedHeight is told when a height's state is current.
func (n *Node) committedHeight(height int64) error {
	n.keepBefore(height)
	return n.snapshots.committed(height)
}

// Stop leaves the network and closes the store.
func (n *Node) Stop() error {
	var err error
	if n.part != nil {
		n.part()
		n.meeting.Wait()
	}
	if n.engine != nil {
		err = n.engine.Stop()
	}
	if n.sub != nil {
		<-n.ended
	}
	return errors.Join(err, n.close())
}

// close closes the store, of which the snapshots still read.

func (n *Node) close() error {
	if n.db == nil {
		return nil
	}
	var err error
	if n.snapshots != nil {
		err = n.snapshots.stop()
	}
	return errors.Join(err, n.signed.close(), n.db.Close())
}

// announce tells those who wait how their entries ended.
func (n *Node) announce(sub *engine.Subscription) {
	defer close(n.ended)
	for block := range sub.Blocks() {
		n.tell(block)
		n.guard.sweep(uint64(block.Height))
	}
}

// tell passes a block's results on, but for those of mere copies: a proposer can
// put any number of copies of an entry with other signatures into a block, and
// how they ended says nothing about the entry.
func (n *Node) tell(block engine.CommittedBlock) {
	for i, r := range block.Results {
		if r.Code == ledger.CodeBadSignature.Number || r.Code == ledger.CodeReplayed.Number {
			continue
		}
		n.committed.add(r.Code)
		res, err := proof.DecodeResult(r.Code, r.Data)
		if err != nil {
			n.log.Error("couldn't read a result of our own", "height", block.Height, "error", err)
			continue
		}
		n.waiting.tell(Outcome{ID: res.ID, Height: uint64(block.Height), Index: i, Code: r.Code, Text: r.Log})
	}
}

// ChainID names the chain.
func (n *Node) ChainID() string { return n.runtime.ChainID() }

// Runtime gives the rules, for reading messages from text.
func (n *Node) Runtime() *ledger.Runtime { return n.runtime }

// Engine gives the consensus engine, for operators' views of it.
func (n *Node) Engine() *engine.Node { return n.engine }

// Stored gives the state as it is stored, for checks of it.
func (n *Node) Stored() *store.Store { return n.state }

// Height is the last committed height.
func (n *Node) Height() uint64 { return uint64(n.state.Height()) }

// Keys is how many keys the committed state holds.
func (n *Node) Keys() uint64 { return n.state.Keys() }

// Checkpoint writes a copy of the ledger's database, blocks and state of one
// moment, to a new folder on the same file system.
func (n *Node) Checkpoint(dir string) error { return n.db.Checkpoint(dir) }

// BlockTime is the time of the last committed block in Unix seconds.
func (n *Node) BlockTime() uint64 { return n.app.time.Load() }

// Read calls fn with one consistent view of committed state.
func (n *Node) Read(fn func(s ledger.State) error) error {
	view, err := n.state.View()
	if err != nil {
		return err
	}
	return errors.Join(fn(ledger.View(view)), view.Close())
}

// Try says how envelopes would end in the next block if it had them alone, by the state
// that is committed here; see ledger.Runtime.Try.
func (n *Node) Try(raws [][]byte) error {
	view, err := n.state.View()
	if err != nil {
		return err
	}
	height, now := n.Height()+1, max(n.BlockTime(), uint64(time.Now().Unix()))
	info := ledger.BlockInfo{Height: height, Time: now, Version: n.app.rules.at(ledger.View(view), height).Version}
	return errors.Join(n.app.runtime.Try(info, raws, view), view.Close())
}

// staleAfter is how old the last block may be before Submit waits for the
// heartbeat block that brings block time up to date: an entry's validity is
// judged by block time, which stands still while the network does.
const staleAfter = 24 * time.Hour

// Submit hands an envelope to the network; nil when it waits for a block or was
// committed before. A refusal is a *ledger.Error.
func (n *Node) Submit(ctx context.Context, raw []byte) error {
	ctx, end := obs.Span(ctx, "submit", obs.Bytes(len(raw)))
	err := n.submit(ctx, raw)
	end(err)
	return err
}

func (n *Node) submit(ctx context.Context, raw []byte) error {
	if age := time.Since(time.Unix(int64(n.BlockTime()), 0)); age > staleAfter {
		if err := n.engine.WaitHeight(ctx, n.engine.Height()+1); err != nil {
			return fmt.Errorf("couldn't submit: the network has made no block for %s: %w", age.Round(time.Second), err)
		}
	}
	err := n.engine.Submit(ctx, raw)
	var refused *engine.Refused
	switch {
	case err == nil:
		n.submits.add(0)
	case errors.Is(err, engine.ErrDuplicate):
		return nil
	case errors.As(err, &refused):
		switch refused.Code {
		case ledger.CodeReplayed.Number:
			return nil // waits, or committed before; Wait and Lookup tell how it ended
		case codeCrowded:
			n.submits.add(codeCrowded)
			return errCrowded{refused.Log}
		}
		n.submits.add(refused.Code)
		return n.refusal(refused.Code, refused.Log)
	case errors.Is(err, engine.ErrMempoolFull):
		return errCrowded{"as many entries wait for a block as this node keeps"}
	case errors.Is(err, engine.ErrTooLarge):
		n.submits.add(ledger.CodeTooLarge.Number)
		return ledger.CodeTooLarge.Errorf("the envelope has %d bytes where at most %d are allowed; split it", len(raw), ledger.EnvelopeSizeMax)
	}
	return err
}

// refusal turns a code and its text back into the rules' own error.
func (n *Node) refusal(code uint32, text string) *ledger.Error {
	c, ok := n.codes[code]
	if !ok {
		c = ledger.CodeInternal
	}
	if prefix := c.Name + ": "; len(text) > len(prefix) && text[:len(prefix)] == prefix {
		text = text[len(prefix):]
	}
	if text == "" {
		text = "the ledger refused the entry"
	}
	return &ledger.Error{Code: c, Text: text}
}

// Refusal is the error of an outcome, nil when the entry was accepted.
func (n *Node) Refusal(o Outcome) error {
	if o.Code == 0 {
		return nil
	}
	return n.refusal(o.Code, o.Text)
}

// Wait returns how an entry ended, once it is committed, or ErrUndecided while the
// network makes no block.
func (n *Node) Wait(ctx context.Context, id proof.Hash) (Outcome, error) {
	ctx, end := n.patient(ctx)
	defer end()
	o, err := n.waiting.wait(ctx, id, n.engine.Failed(), func() (Outcome, bool, error) { return n.Lookup(id) })
	return o, whyEnded(ctx, err)
}

// Lookup returns how an entry ended if it is committed.
func (n *Node) Lookup(id proof.Hash) (Outcome, bool, error) {
	mark, ok, err := n.state.Entry(id)
	if err != nil || !ok {
		return Outcome{}, false, err
	}
	o := Outcome{ID: id, Height: uint64(mark.Height), Index: mark.Index, Code: mark.Code}
	if block, err := n.engine.Block(mark.Height); err == nil && mark.Code != 0 && mark.Index < len(block.Results) {
		o.Text = block.Results[mark.Index].Log
	}
	return o, true, nil
}

// noteValidatorChange remembers the height whose header names a new set.
func (n *Node) noteValidatorChange(height int64) error {
	b := n.local.NewBatch()
	if err := b.Set(validatorChangeKey(height), []byte{1}); err != nil {
		return err
	}
	crash.At(crash.ValidatorsBefore)
	err := b.Commit(false)
	crash.At(crash.ValidatorsNoted)
	return err
}

func validatorChangeKey(height int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("validators/"), uint64(height))
}

// validatorChanges lists those heights below a limit, ascending.
func (n *Node) validatorChanges(below int64) ([]int64, error) {
	it, err := n.local.NewIter(validatorChangeKey(0), validatorChangeKey(below))
	if err != nil {
		return nil, err
	}
	defer it.Close()
	var out []int64
	for more := it.First(); more; more = it.Next() {
		key := it.Key()
		out = append(out, int64(binary.BigEndian.Uint64(key[len(key)-8:])))
	}
	return out, it.Error()
}
