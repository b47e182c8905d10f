package node

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/internal/engine"
	"pedigree/internal/store"
	"pedigree/proof"
)

// Joining lets a node take the state of a network that runs already from its
// members, instead of executing every block since the founding.
type Joining struct {
	// Checkpoint is a block whose hash people of two members compared by voice. A
	// network that is older than a week can't be joined without: its founding
	// validators may have left.
	Checkpoint *engine.Checkpoint
}

// ErrCheckpoint says that a network can be joined with a checkpoint only.
var ErrCheckpoint = errors.New("a checkpoint is needed: a member runs `pedigree checkpoint` and reads it to you, and you give it to `pedigree join --checkpoint`")

// join brings the empty store up to the newest snapshot of the network. Where
// there is none yet, the node executes all blocks.
func (n *Node) join(ctx context.Context, c Config, ec engine.Config) error {
	v := &verifier{chain: c.Founding.ChainID, founding: c.Founding.Time, checkpoint: c.Join.Checkpoint, now: time.Now}
	trust, err := n.Trust()
	if err != nil {
		return err
	}
	v.founders = trust
	j := engine.Joining{Verify: v.verify, Period: trustPeriod}
	if v.checkpoint != nil {
		j.Anchor = v.checkpoint.Height
	} else if time.Since(c.Founding.Time) > trustPeriod {
		return fmt.Errorf("couldn't join: the network was founded on %s: %w", c.Founding.Time.Format(time.DateOnly), ErrCheckpoint)
	}
	height, err := engine.Join(ctx, ec, j, n.app)
	if errors.Is(err, engine.ErrNoSnapshot) {
		n.log.Info("the network has no snapshot yet; this node executes every block since the founding")
		return nil
	}
	if err != nil {
		return err
	}
	n.log.Info("joined by a snapshot", "height", height)
	return v.keep(n)
}

// verifier judges the headers that members prove to a node that joins.
type verifier struct {
	chain      string
	founding   time.Time
	founders   proof.Trust
	checkpoint *engine.Checkpoint
	now        func() time.Time

	anchored *proof.Trust // what the checkpoint shows
	links    []proof.Link // the longest list that was verified
	changes  []int64      // headers that name another set
}

// verify is engine.Joining.Verify.
func (v *verifier) verify(height int64, raw []byte) ([32]byte, error) {
	r := proof.NewReader(raw)
	a := r.Attestation()
	if err := r.Done(); err != nil {
		return [32]byte{}, err
	}
	h := a.Signed.Header
	hash := h.Hash()
	if v.checkpoint != nil && height == v.checkpoint.Height {
		if err := v.anchor(a); err != nil {
			return [32]byte{}, err
		}
	}
	trust := v.founders
	if v.anchored != nil && h.Height >= v.anchored.Height {
		trust = *v.anchored
		a.Links = since(a.Links, trust.Height)
	}
	if h.Height != uint64(height) {
		return [32]byte{}, fmt.Errorf("header %d is proved instead", h.Height)
	}
	if err := a.Verify(trust); err != nil {
		return [32]byte{}, err
	}
	if len(a.Links) >= len(v.links) {
		v.links = a.Links
	}
	if h.NextValidators != h.Validators {
		v.changes = append(v.changes, height)
	}
	return hash, nil
}

// anchor takes the validators of the checkpoint's header as trusted.
func (v *verifier) anchor(a proof.Attestation) error {
	h := a.Signed.Header
	if hash := h.Hash(); hash != v.checkpoint.Hash {
		return fmt.Errorf("block %d has the hash %s there, the checkpoint says %s", h.Height, hash, proof.Hash(v.checkpoint.Hash))
	}
	age := v.now().Sub(h.Time.Time())
	if age < -engine.ClockAhead {
		return fmt.Errorf("the checkpoint is signed for %s in the future; is this machine's clock right?", (-age).Round(time.Second))
	}
	if age > trustPeriod {
		return fmt.Errorf("the checkpoint is %s old, and may be %s: %w", age.Round(time.Hour), trustPeriod, ErrCheckpoint)
	}
	if a.Validators.Hash() != h.Validators {
		return errors.New("the validators shown are not those of the checkpoint")
	}
	v.anchored = &proof.Trust{ChainID: v.chain, Height: h.Height, Validators: a.Validators}
	return nil
}

// since leaves out the links below a height.
func since(links []proof.Link, height uint64) []proof.Link {
	for len(links) > 0 && links[0].Signed.Header.Height < height {
		links = links[1:]
	}
	return links
}

// keep stores what was verified, for this node's own proofs.
func (v *verifier) keep(n *Node) error {
	for _, l := range v.links {
		if err := n.storeLink(l); err != nil {
			return err
		}
	}
	for _, h := range v.changes {
		if _, found, err := n.storedLink(h); err != nil || found {
			return err
		}
		if err := n.noteValidatorChange(h); err != nil {
			return err
		}
	}
	return nil
}

// JoinedAt is the height of the snapshot by which this node joined, 0 if it has
// executed every block.
func (n *Node) JoinedAt() (int64, error) { return n.state.Base() }

// SnapshotHeight is the height of the newest snapshot that this node serves, 0 for none.
func (n *Node) SnapshotHeight() int64 {
	list := n.snapshots.shelf.List()
	if len(list) == 0 {
		return 0
	}
	return list[len(list)-1].Height
}

// attest is engine.Config.Attest.
func (n *Node) attest(height int64) ([]byte, error) {
	if !n.started.Load() {
		return nil, errors.New("the node is starting")
	}
	a, err := n.Attestation(height)
	if err != nil {
		return nil, err
	}
	return a.Append(nil), nil
}

// clear empties the ledger's state of a node whose joining was cut off before the
// engine knew of it.
func (n *Node) clear() error {
	begun, _, err := engine.Begun(n.db)
	if err != nil || begun > 0 {
		return err
	}
	return store.Wipe(n.db)
}

// LastBlock names the newest block whose successor is here, so that people of two
// members can compare it by voice.
func (n *Node) LastBlock() (height int64, hash proof.Hash, err error) {
	h, err := n.engine.Header(max(1, n.engine.Height()-1))
	if err != nil {
		return 0, hash, fmt.Errorf("couldn't name a checkpoint: %w", err)
	}
	return h.Height, h.Hash, nil
}
