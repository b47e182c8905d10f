package node

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"pedigree/internal/engine"
	"pedigree/ledger"
	"pedigree/proof"
)

// Upgrade is a version of the rules that members agreed on, and the first height
// at which it is in force.
type Upgrade struct {
	Version uint64
	Height  uint64
	Binary  proof.Hash // SHA-256 of the release, or zero
	Text    string
}

// ErrUpgrade says that this program can't execute the next height.
var ErrUpgrade = errors.New("this program doesn't know the rules that come in force")

// rules knows which version of the rules is in force at which height.
type rules struct {
	known  uint64 // the highest version that this program executes
	skip   uint64 // height of an upgrade that doesn't happen; 0 for none
	agreed func(s ledger.State) []Upgrade
}

// at returns the upgrade that is in force at a height; version 1 has none. Of one
// that is skipped all members must say so, or their nodes part at its height.
func (r rules) at(s ledger.State, height uint64) Upgrade {
	in := Upgrade{Version: ledger.FirstVersion}
	if r.agreed == nil {
		return in
	}
	for _, u := range r.agreed(s) {
		if u.Height <= height && u.Height != r.skip {
			in = u
		}
	}
	return in
}

// turn is what executing the block before a height has to tell the engine: a
// version that the next header must name, if it changes, and why this program
// can't go on, if it can't.
func (r rules) turn(s ledger.State, next uint64) (version uint64, halt error) {
	u := r.at(s, next)
	if u.Version != r.at(s, next-1).Version || r.skip == next-1 {
		version = u.Version
	}
	return version, r.check(u, next)
}

func (r rules) check(u Upgrade, next uint64) error {
	if u.Version <= r.known {
		return nil
	}
	release := "the release that the members agreed on"
	if u.Binary != (proof.Hash{}) {
		release = "the release with the SHA-256 " + u.Binary.String()
	}
	text := ""
	if u.Text != "" {
		text = " (" + strings.TrimSpace(u.Text) + ")"
	}
	return fmt.Errorf("%w: version %d%s is in force from height %d on, this program knows up to version %d; nothing is lost: install %s and start it",
		ErrUpgrade, u.Version, text, min(u.Height, next), r.known, release)
}

// Rules is what an operator wants to know about versions.
type Rules struct {
	Height  uint64    // of the last block
	Version uint64    // in force at the next height
	Known   uint64    // the highest that this program executes
	Ahead   []Upgrade // that lie ahead
	Skipped uint64    // height of an upgrade that this node skips; 0 for none
}

// Rules says which version of the rules is in force and what lies ahead.
func (n *Node) Rules() (Rules, error) {
	out := Rules{Known: n.rules.known, Skipped: n.rules.skip}
	view, err := n.state.View()
	if err != nil {
		return out, err
	}
	s := ledger.View(view)
	out.Height = uint64(view.Height())
	out.Version = n.rules.at(s, out.Height+1).Version
	if n.rules.agreed != nil {
		for _, u := range n.rules.agreed(s) {
			if u.Height > out.Height {
				out.Ahead = append(out.Ahead, u)
			}
		}
	}
	return out, view.Close()
}

// canGoOn refuses to start a program that doesn't know the rules of the next
// height, or that would follow others than the chain does.
func (n *Node) canGoOn() error {
	height, version, err := engine.Begun(n.db)
	if err != nil || height == 0 || n.state.IsEmpty() {
		return err
	}
	return n.Read(func(s ledger.State) error {
		next := n.Height() + 1
		u := n.rules.at(s, next)
		if err := n.rules.check(u, next); err != nil {
			return err
		}
		together := uint64(height) == n.Height() // else a crash parted them, and a block is executed first
		if together && version != u.Version && n.rules.skip != next {
			return fmt.Errorf("%w: the chain follows version %d and this node is told to follow version %d; skip the upgrade that the other members skip, and no other", ErrUpgrade, version, u.Version)
		}
		return nil
	})
}

// keepBefore copies the ledger's database as it is before an upgrade, whose
// height is the next one. It shares the files, so it takes no time and little room.
func (n *Node) keepBefore(height int64) {
	if n.rules.agreed == nil {
		return
	}
	view, err := n.state.View()
	if err != nil {
		n.log.Error("couldn't look for an upgrade", "error", err)
		return
	}
	u := n.rules.at(ledger.View(view), uint64(height)+1)
	if err := view.Close(); err != nil || u.Height != uint64(height)+1 {
		return
	}
	dir := filepath.Join(n.home, "data", fmt.Sprintf("before-version-%d", u.Version))
	if err := n.db.Checkpoint(dir); err != nil {
		n.log.Error("couldn't copy the ledger before an upgrade", "version", u.Version, "error", err)
		return
	}
	n.log.Info("the ledger was copied before an upgrade", "version", u.Version, "height", height, "folder", dir)
}

// staged is the state as a block that isn't committed yet leaves it.
type stagedState struct {
	ledger.Backend
	writes []ledger.Write // ascending keys
}

// Get implements ledger.Backend.
func (a stagedState) Get(key []byte) ([]byte, bool, error) {
	i, found := slices.BinarySearchFunc(a.writes, key, func(w ledger.Write, k []byte) int { return bytes.Compare(w.Key, k) })
	if found {
		return a.writes[i].Value, !a.writes[i].Delete, nil
	}
	return a.Backend.Get(key)
}

// Each implements ledger.Backend.
func (a stagedState) Each(prefix []byte, fn func(key, value []byte) (bool, error)) error {
	from, _ := slices.BinarySearchFunc(a.writes, prefix, func(w ledger.Write, k []byte) int { return bytes.Compare(w.Key, k) })
	list := a.writes[from:]
	on := true
	upTo := func(key []byte) (covered bool, err error) {
		for on && len(list) > 0 && bytes.HasPrefix(list[0].Key, prefix) && (key == nil || bytes.Compare(list[0].Key, key) <= 0) {
			w := list[0]
			list = list[1:]
			if covered = covered || bytes.Equal(w.Key, key); !w.Delete {
				on, err = fn(w.Key, w.Value)
			}
		}
		return covered, err
	}
	err := a.Backend.Each(prefix, func(key, value []byte) (bool, error) {
		covered, err := upTo(key)
		if err == nil && on && !covered {
			on, err = fn(key, value)
		}
		return on, err
	})
	if err == nil {
		_, err = upTo(nil)
	}
	return err
}
