package courier

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"pedigree/internal/vault"
)

// Deposit is the receipt of a file that a partner's program left: what was found, and
// nothing of what is in it.
type Deposit struct {
	ID        string      `json:"id" doc:"The same content at the same inlet has the same"`
	Name      string      `json:"name"`
	Size      int64       `json:"size"`
	SHA256    string      `json:"sha256" doc:"Of what came, to be compared with what was sent"`
	State     string      `json:"state" enum:"waiting,taken,failed" doc:"taken: every document in it is kept; failed: at least one can't be used"`
	Reason    string      `json:"reason,omitempty"`
	Documents []Deposited `json:"documents"`
}

// Deposited is what came of one document of a deposit.
type Deposited struct {
	Name     string   `json:"name"`
	State    string   `json:"state"`
	Reason   string   `json:"reason,omitempty"`
	Findings int      `json:"findings"`
	Rules    []string `json:"rules,omitempty" doc:"The rules that found something"`
}

// Deposit takes a file that a partner's program leaves at an inlet. It is kept when
// this returns. The same content again has the same receipt and no second effect.
func (k *Courier) Deposit(ctx context.Context, name, file string, content io.Reader) (Deposit, error) {
	in, err := k.find(name)
	if err == nil && !in.Deposit {
		err = fmt.Errorf("at inlet %q nothing is left; its files are fetched: %w", name, vault.ErrNotFound)
	}
	if err != nil {
		return Deposit{}, err
	}
	s, err := k.deposit(ctx, in, file, content)
	if err != nil {
		return Deposit{}, fmt.Errorf("couldn't take the file: %w", err)
	}
	return s.receipt(), nil
}

func (k *Courier) deposit(ctx context.Context, in *inlet, file string, content io.Reader) (*seen, error) {
	var random [32]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	spooled, err := k.spool(random, FileBytesMax)
	if err != nil {
		return nil, err
	}
	s, err := k.depositFrom(ctx, in, file, content, spooled)
	return s, errors.Join(err, spooled.end(false))
}

func (k *Courier) depositFrom(ctx context.Context, in *inlet, file string, content io.Reader, to *spooled) (*seen, error) {
	h := sha256.New()
	size, err := io.Copy(io.MultiWriter(to, h), io.LimitReader(content, FileBytesMax+1))
	if err != nil {
		return nil, err
	}
	if size > FileBytesMax {
		return nil, fmt.Errorf("%w: it has more than %d bytes; send it in parts", vault.ErrTooLarge, int64(FileBytesMax))
	}
	s := &seen{id: hash("deposit", in.Name, string(h.Sum(nil))), inlet: in.Name, size: size, at: k.config.Now()}
	in.running.Lock() // the same content, twice at once, is taken once
	defer in.running.Unlock()
	if err := k.recall(ctx, s, file); err != nil || s.state == seenTaken || s.state == seenFailed {
		return s, err
	}
	if err := k.take(ctx, in.Inlet, s, to, file); err != nil {
		return nil, err
	}
	in.mu.Lock()
	in.looked = k.config.Now()
	in.mu.Unlock()
	return s, k.note(ctx, s)
}

// Deposited returns the receipt of an earlier deposit. vault.ErrNotFound: there is none.
func (k *Courier) Deposited(ctx context.Context, name, id string) (Deposit, error) {
	if _, err := k.find(name); err != nil {
		return Deposit{}, err
	}
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != sha256.Size {
		return Deposit{}, refuse("%q is no id of a receipt", label(id))
	}
	s := &seen{id: [32]byte(raw), inlet: name}
	if err := k.recall(ctx, s, ""); err != nil {
		return Deposit{}, err
	}
	if !s.known || s.inlet != name {
		return Deposit{}, fmt.Errorf("inlet %q has no such receipt: %w", name, vault.ErrNotFound)
	}
	return s.receipt(), nil
}

func (s *seen) receipt() Deposit {
	d := Deposit{ID: hex.EncodeToString(s.id[:]), Name: s.Name, Size: s.size, SHA256: s.Digest, State: seenNames[s.state], Reason: s.Reason, Documents: []Deposited{}}
	for _, e := range s.Entries {
		d.Documents = append(d.Documents, Deposited{e.Name, e.State, e.Reason, e.Findings, e.Rules})
	}
	return d
}
