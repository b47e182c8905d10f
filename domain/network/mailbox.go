package network

import (
	"bytes"
	"cmp"
	"slices"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

// Mailbox is where and under which keys a member receives documents.
type Mailbox struct {
	Host string    // member whose node receives for it; empty: its own
	Addr string    // host:port
	TLS  proof.Key // key of the certificate that the node shows there
	Seal []SealKey // the former one first; the last is the one to seal to
}

// SealKey is a public key that documents are sealed to. It stands on the ledger
// whole, for senders need it while the receiver is down.
type SealKey struct {
	_    struct{} `cbor:",toarray"`
	ID   uint64
	Key  []byte // HPKE public key of MLKEM768-X25519
	From uint64 // first height at which it counts
	To   uint64 // first height at which it no longer does; 0: open
}

// PublishMailbox opens a member's mailbox, or moves it. Opening it needs the first
// seal key; moving keeps the keys, which RotateSeal changes. The member sends it,
// or the council.
type PublishMailbox struct {
	_      struct{}  `cbor:",toarray"`
	Member string    `json:"member"`
	Host   string    `json:"host"` // member whose node receives for it; empty: its own
	Addr   string    `json:"addr"` // host:port
	TLS    proof.Key `json:"tls"`
	Seal   []byte    `json:"seal"` // empty when the mailbox moves
}

// Validate implements ledger.Message.
func (e *PublishMailbox) Validate() error {
	if e.Host != "" {
		if err := org.CheckID(e.Host); err != nil {
			return err
		}
	}
	if e.Host == e.Member {
		return CodeBadField.Errorf("mailbox of %q: leave the host empty when its own node receives", e.Member)
	}
	if len(e.Seal) > 0 {
		if err := checkSeal(e.Seal); err != nil {
			return err
		}
	}
	return cmp.Or(org.CheckID(e.Member), checkAddr("address of a mailbox", e.Addr), ledger.CheckNewKey(e.TLS))
}

func checkSeal(key []byte) error {
	if len(key) != SealKeySize || len(bytes.Trim(key, "\x00")) == 0 {
		return CodeBadField.Errorf("the seal key has %d bytes, or only zeros; an HPKE public key of MLKEM768-X25519 has %d", len(key), SealKeySize)
	}
	return nil
}

// Apply implements ledger.Message.
func (e *PublishMailbox) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.ActsFor(b, s, e.Member); err != nil {
		return err
	}
	return e.publish(b, s)
}

// publish does the work for the member and the founding file.
func (e *PublishMailbox) publish(b *ledger.Block, s ledger.State) error {
	if _, err := org.Load(s, e.Member); err != nil {
		return err
	}
	if e.Host != "" {
		if _, err := org.Load(s, e.Host); err != nil {
			return err
		}
	}
	if owner, taken := org.OrgOfKey(s, e.TLS); taken {
		return CodeKeyUsed.Errorf("key %s signs entries for %s; make a key of its own for the certificate", e.TLS, owner)
	}
	box, _ := mailboxes.Get(s, e.Member)
	switch open := len(box.Seal) > 0; {
	case open && len(e.Seal) > 0:
		return CodeMailboxExists.Errorf("member %s has a mailbox; leave the seal key out to move it, or change the key with rotate-seal", e.Member)
	case !open && len(e.Seal) == 0:
		return CodeNoMailbox.Errorf("member %s has no mailbox to move; give a seal key to open one", e.Member)
	case !open:
		box.Issued++
		box.Seal = []SealKey{{ID: box.Issued, Key: e.Seal, From: b.Height + 1}}
	}
	box.Host, box.Addr, box.TLS = e.Host, e.Addr, ledger.OptKey(e.TLS)
	mailboxes.Set(s, e.Member, box)
	return b.Emit("mailbox-published", e)
}

// RotateSeal gives a mailbox its next seal key from the next height on, and says
// until when the former one still counts, for what was sealed to it may be under
// way. The member sends it, or the council.
type RotateSeal struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
	Seal   []byte   `json:"seal"`
	Until  uint64   `json:"until"` // first height at which the former key no longer counts; 0: the next
}

// Validate implements ledger.Message.
func (e *RotateSeal) Validate() error { return cmp.Or(org.CheckID(e.Member), checkSeal(e.Seal)) }

// Apply implements ledger.Message.
func (e *RotateSeal) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.ActsFor(b, s, e.Member); err != nil {
		return err
	}
	box, err := openMailbox(s, e.Member)
	if err != nil {
		return err
	}
	next, until := b.Height+1, cmp.Or(e.Until, b.Height+1)
	if until < next || until > next+HeightsAheadMax {
		return CodeBadHeight.Errorf("the former seal key of %s can't end at height %d: give 0 for at once, or %d to %d", e.Member, until, next, next+HeightsAheadMax)
	}
	if slices.ContainsFunc(box.Seal, func(k SealKey) bool { return bytes.Equal(k.Key, e.Seal) }) {
		return CodeKeyUsed.Errorf("member %s has this seal key already; make a new one", e.Member)
	}
	box.Seal = slices.DeleteFunc(box.Seal, func(k SealKey) bool { return k.To != 0 && k.To <= next })
	if len(box.Seal) >= SealKeysMax {
		return CodeOverlap.Errorf("seal key %d of %s counts until height %d; wait for it, or withdraw the mailbox and publish it anew", box.Seal[0].ID, e.Member, box.Seal[0].To)
	}
	box.Issued++
	box.Seal[0].To = until
	key := SealKey{ID: box.Issued, Key: e.Seal, From: next}
	box.Seal = append(box.Seal, key)
	mailboxes.Set(s, e.Member, box)
	return b.Emit("seal-rotated", sealRotated{Member: e.Member, ID: key.ID, Key: key.Key, From: key.From, Until: until})
}

// sealRotated is the data of the event of that name.
type sealRotated struct {
	_      struct{} `cbor:",toarray"`
	Member string
	ID     uint64 // of the new key
	Key    []byte
	From   uint64
	Until  uint64 // first height at which the former key no longer counts
}

// WithdrawMailbox closes a mailbox and ends its seal keys. The member sends it, or
// the council.
type WithdrawMailbox struct {
	_      struct{} `cbor:",toarray"`
	Member string   `json:"member"`
}

// Validate implements ledger.Message.
func (e *WithdrawMailbox) Validate() error { return org.CheckID(e.Member) }

// Apply implements ledger.Message.
func (e *WithdrawMailbox) Apply(b *ledger.Block, s ledger.State) error {
	if err := org.ActsFor(b, s, e.Member); err != nil {
		return err
	}
	box, err := openMailbox(s, e.Member)
	if err != nil {
		return err
	}
	mailboxes.Set(s, e.Member, mailbox{Issued: box.Issued})
	return b.Emit("mailbox-withdrawn", e)
}

func openMailbox(s ledger.State, member string) (mailbox, error) {
	if _, err := org.Load(s, member); err != nil {
		return mailbox{}, err
	}
	box, _ := mailboxes.Get(s, member)
	if len(box.Seal) == 0 {
		return box, CodeNoMailbox.Errorf("member %s has no mailbox; publish one first", member)
	}
	return box, nil
}

// MailboxOf returns the mailbox of an active member whose host, if it has one,
// has not been removed. It may hold a seal key that no longer counts: ask
// Mailbox.SealAt.
func MailboxOf(s ledger.State, member string) (Mailbox, bool) {
	m, _ := org.Get(s, member)
	box, _ := mailboxes.Get(s, member)
	if m.Standing != proof.MemberActive || len(box.Seal) == 0 || box.Host != "" && !isMember(s, box.Host) {
		return Mailbox{}, false
	}
	return Mailbox{Host: box.Host, Addr: box.Addr, TLS: box.TLS.Key(), Seal: box.Seal}, true
}

// SealAt returns the key to seal to at a height: the newest that counts there. A
// mailbox that was opened at this very height has none yet.
func (m Mailbox) SealAt(height uint64) (SealKey, bool) {
	for _, k := range slices.Backward(m.Seal) {
		if k.From <= height && (k.To == 0 || height < k.To) {
			return k, true
		}
	}
	return SealKey{}, false
}
