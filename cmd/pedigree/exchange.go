package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"pedigree/domain/network"
	"pedigree/domain/org"
	"pedigree/internal/exchange"
	"pedigree/internal/exchange/arrival"
	"pedigree/internal/node"
	"pedigree/ledger"
	"pedigree/proof"
)

// openMail opens an organisation's exchange and joins its desk to it.
func openMail(r *running, h home, p *deskParts, sign exchange.Signer, secret [32]byte) (*exchange.Exchange, error) {
	if r.door == nil && r.exchange.Listen != "" {
		door, err := exchange.OpenDoor(r.exchange.Listen, r.log)
		if err != nil {
			return nil, err
		}
		r.door = door
	}
	x, err := exchange.Open(exchange.Config{
		Vault: p.vault, Dir: h.exchange(), ChainID: r.node.ChainID(), Sign: sign, Directory: memberDirectory{r.node}, Secret: secret,
		Door: r.door, Reach: exchange.Reach{Private: r.exchange.PrivateNetworks, Loopback: r.exchange.Loopback},
		SpoolBytesMax: int64(r.exchange.SpoolMB) << 20, Ready: r.ready, Log: r.log,
	})
	if err != nil {
		return nil, err
	}
	if err := x.Register(p.documents.Following(arrival.EPCIS(x), x)); err != nil {
		return nil, err
	}
	// A message about a case finds it by whichever of the two somebody sent it.
	message := p.cases.Brought(x)
	return x, errors.Join(p.cases.Join(x), p.desk.Join(x), x.Divert(exchange.KindDocument, message), x.Divert(arrival.KindEPCIS, message))
}

// advertised is the address of mailboxes where nobody names another; empty when this
// node takes no deliveries.
func (r *running) advertised() string { return cmp.Or(r.exchange.Advertise, r.exchange.Listen) }

// summonWait is how long a partner's connection waits for a hosted organisation that
// has to be opened.
const summonWait = 5 * time.Second

// summon opens a hosted organisation for which a partner's node comes.
func (s *hosting) summon(org string) {
	if _, err := s.find(org); err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), summonWait)
	defer cancel()
	if _, leave, err := s.pool.Acquire(ctx, org); err != nil {
		s.r.log.Warn("couldn't open a hosted organisation for a partner", "org", org, "error", err)
	} else {
		leave()
	}
}

func mailOf(ctx context.Context) *exchange.Exchange { return officeOf(ctx).desk.mail }

// memberDirectory is what the node's ledger says of members.
type memberDirectory struct{ n *node.Node }

// Height implements exchange.Directory.
func (d memberDirectory) Height() uint64 { return d.n.Height() }

// Mailbox implements exchange.Directory.
func (d memberDirectory) Mailbox(id string) (exchange.Mailbox, bool, error) {
	var out exchange.Mailbox
	found := false
	err := d.n.Read(func(s ledger.State) error {
		var m network.Mailbox
		if m, found = network.MailboxOf(s, id); !found {
			return nil
		}
		out = exchange.Mailbox{Addr: m.Addr, TLS: m.TLS}
		for _, k := range m.Seal {
			out.Seal = append(out.Seal, exchange.SealKey{ID: k.ID, Key: k.Key, From: k.From, To: k.To})
		}
		return nil
	})
	return out, found, err
}

// Standing implements exchange.Directory.
func (d memberDirectory) Standing(id string) error {
	_, err := d.member(id)
	return err
}

// SigningKey implements exchange.Directory.
func (d memberDirectory) SigningKey(id string, keyID uint64) (proof.Key, error) {
	m, err := d.member(id)
	if err != nil {
		return proof.Key{}, err
	}
	height := d.n.Height()
	key, ok := m.KeyAt(keyID, height)
	if !ok {
		return proof.Key{}, fmt.Errorf("%s has no key %d in force at height %d: it was retired, declared compromised, or is not registered yet", id, keyID, height)
	}
	return key, nil
}

// member returns a member in good standing.
func (d memberDirectory) member(id string) (proof.Member, error) {
	var m proof.Member
	known := false
	err := d.n.Read(func(s ledger.State) error {
		m, known = org.Get(s, id)
		return nil
	})
	switch {
	case err != nil:
		return m, err
	case !known:
		return m, fmt.Errorf("%q: %w; check the id", id, exchange.ErrStanding)
	case m.Standing == proof.MemberSuspended:
		return m, fmt.Errorf("%s is suspended: %w until the council reinstates it", id, exchange.ErrStanding)
	case m.Standing != proof.MemberActive:
		return m, fmt.Errorf("%s has left or was removed: %w", id, exchange.ErrStanding)
	}
	return m, nil
}

var errNoDoor = errors.New("this node takes no deliveries: set exchange.listen in pedigree.yaml and start it again")
