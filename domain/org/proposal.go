package org

import (
	"pedigree/ledger"
	"pedigree/proof"
)

// proposal is an act under vote. Its id is the id of the entry that made it.
type proposal struct {
	_       struct{} `cbor:",toarray"`
	Module  string
	Kind    string
	Message []byte
	By      string
	Height  uint64
	Until   uint64 // last second of block time at which it may be decided
	Yes     uint64 // votes of members that are active now
	No      uint64
}

func (p proposal) entry() proof.Entry {
	return proof.Entry{Module: p.Module, Kind: p.Kind, Message: p.Message}
}

// Propose puts an act before the members. All organisations that admit the
// envelope vote for it at once; with a quorum it is carried out at once.
type Propose struct {
	_       struct{} `cbor:",toarray"`
	Module  string   `json:"module"`
	Kind    string   `json:"kind"`
	Message []byte   `json:"message"` // the act's encoded message
}

// Validate implements ledger.Message.
func (e *Propose) Validate() error {
	switch {
	case e.Module == "" || len(e.Module) > proof.NameMax || e.Kind == "" || len(e.Kind) > proof.NameMax:
		return CodeBadField.Errorf("a proposal names the module and kind of its act, in 1 to %d bytes each", proof.NameMax)
	case len(e.Message) > ProposalMessageMax:
		return CodeTooMany.Errorf("the proposed message has %d bytes where %d are the most; split the act", len(e.Message), ProposalMessageMax)
	case e.Module == moduleName && isVoting(e.Kind):
		return CodeNotProposable.Errorf("org/%s can't be proposed; propose the act itself", e.Kind)
	}
	return nil
}

func isVoting(kind string) bool {
	return kind == "propose" || kind == "approve" || kind == "reject" || kind == "withdraw"
}

// Apply implements ledger.Message.
func (e *Propose) Apply(b *ledger.Block, s ledger.State) error {
	p := proposal{Module: e.Module, Kind: e.Kind, Message: e.Message, By: b.Sender(), Height: b.Height, Until: b.Time + ProposalSeconds}
	id := b.EntryID()
	if proposals.Has(s, id) {
		return CodeProposalExists.Errorf("this envelope has made a proposal already; send each in an envelope of its own")
	}
	if _, err := b.Decode(p.entry()); err != nil {
		return err
	}
	if err := makeRoom(b, s, p.By); err != nil {
		return err
	}
	c := readCouncil(s)
	c.Open++
	c.write(s)
	lapses.Set(s, lapse{p.Until, id}, p.By)
	if err := cast(b, s, id, &p, voteYes); err != nil {
		return err
	}
	if err := b.Emit("proposed", proposed{Proposal: id, By: admittedNames(b), Module: e.Module, Kind: e.Kind, Message: e.Message, Until: p.Until}); err != nil {
		return err
	}
	return decide(b, s, id, p)
}

// makeRoom closes what has lapsed and refuses a proposal too many, so that no
// few members can block the council by filling its list.
func makeRoom(b *ledger.Block, s ledger.State, by string) error {
	own, lapsed := 0, []lapse(nil)
	lapses.Each(s, nil, func(l lapse, proposer string) bool {
		if b.Time > l.Until {
			lapsed = append(lapsed, l)
		} else if proposer == by {
			own++
		}
		return true
	})
	for _, l := range lapsed {
		closeProposal(s, l)
		if err := b.Emit("lapsed", ofProposal{Proposal: l.Proposal}); err != nil {
			return err
		}
	}
	if open := readCouncil(s).Open; own >= OpenPerMemberMax || open >= OpenProposalsMax {
		return CodeTooMany.Errorf("%d proposals of %s and %d in all are open, where %d and %d are the most; decide or withdraw one first", own, by, open, OpenPerMemberMax, OpenProposalsMax)
	}
	return nil
}

// Approve votes for a proposal. The vote that makes the quorum carries the act
// out; where the act is refused, so is the vote.
type Approve struct {
	_        struct{}   `cbor:",toarray"`
	Proposal proof.Hash `json:"proposal"`
}

// Validate implements ledger.Message.
func (e *Approve) Validate() error { return nil }

// Apply implements ledger.Message.
func (e *Approve) Apply(b *ledger.Block, s ledger.State) error {
	p, err := openProposal(b, s, e.Proposal)
	if err != nil {
		return err
	}
	// Members may have left since: then the votes cast can be enough as they are.
	if p.Yes >= readCouncil(s).needed() {
		return decide(b, s, e.Proposal, p)
	}
	if err := cast(b, s, e.Proposal, &p, voteYes); err != nil {
		return err
	}
	if err := b.Emit("approved", ballot{Proposal: e.Proposal, By: admittedNames(b)}); err != nil {
		return err
	}
	return decide(b, s, e.Proposal, p)
}

// Reject votes against a proposal. When those that are left can't make a quorum,
// the proposal is closed.
type Reject struct {
	_        struct{}   `cbor:",toarray"`
	Proposal proof.Hash `json:"proposal"`
}

// Validate implements ledger.Message.
func (e *Reject) Validate() error { return nil }

// Apply implements ledger.Message.
func (e *Reject) Apply(b *ledger.Block, s ledger.State) error {
	p, err := openProposal(b, s, e.Proposal)
	if err != nil {
		return err
	}
	if err := cast(b, s, e.Proposal, &p, voteNo); err != nil {
		return err
	}
	if err := b.Emit("rejected", ballot{Proposal: e.Proposal, By: admittedNames(b)}); err != nil {
		return err
	}
	if c := readCouncil(s); c.Active >= p.No+c.needed() {
		return nil
	}
	closeProposal(s, lapse{p.Until, e.Proposal})
	return b.Emit("failed", ofProposal{Proposal: e.Proposal})
}

// Withdraw takes a proposal back. Its proposer sends it.
type Withdraw struct {
	_        struct{}   `cbor:",toarray"`
	Proposal proof.Hash `json:"proposal"`
}

// Validate implements ledger.Message.
func (e *Withdraw) Validate() error { return nil }

// Apply implements ledger.Message.
func (e *Withdraw) Apply(b *ledger.Block, s ledger.State) error {
	p, err := openProposal(b, s, e.Proposal)
	if err != nil {
		return err
	}
	if !isAdmitted(b, p.By) {
		return CodeNotProposer.Errorf("proposal %s was made by %s, which alone may withdraw it; reject it instead", e.Proposal, p.By)
	}
	closeProposal(s, lapse{p.Until, e.Proposal})
	return b.Emit("withdrawn", ofProposal{Proposal: e.Proposal})
}

func openProposal(b *ledger.Block, s ledger.State, id proof.Hash) (proposal, error) {
	p, ok := proposals.Get(s, id)
	switch {
	case !ok:
		return p, CodeUnknownProposal.Errorf("there is no open proposal %s; it may have been decided or withdrawn", id)
	case b.Time > p.Until:
		return p, CodeProposalLapsed.Errorf("proposal %s lapsed at %d and block time is %d; propose it again", id, p.Until, b.Time)
	}
	return p, nil
}

// cast counts the votes of all organisations that admit the envelope.
func cast(b *ledger.Block, s ledger.State, id proof.Hash, p *proposal, choice uint64) error {
	for _, a := range b.Admitted() {
		v := vote{id, a.Org}
		if votes.Has(s, v) {
			return CodeVoted.Errorf("member %s has voted on proposal %s already; a vote stands until the proposal is closed", a.Org, id)
		}
		if m, err := Load(s, a.Org); err != nil || m.Standing != proof.MemberActive {
			return CodeSuspended.Errorf("member %s is no longer active in this envelope; vote without it", a.Org)
		}
		votes.Set(s, v, choice)
		if choice == voteYes {
			p.Yes++
		} else {
			p.No++
		}
	}
	proposals.Set(s, id, *p)
	return nil
}

// decide carries a proposal out when it has its quorum. It is closed first, so
// that the act finds the council without it.
func decide(b *ledger.Block, s ledger.State, id proof.Hash, p proposal) error {
	if p.Yes < readCouncil(s).needed() {
		return nil
	}
	closeProposal(s, lapse{p.Until, id})
	if err := b.Emit("decided", ofProposal{Proposal: id}); err != nil {
		return err
	}
	return b.RunAsCouncil(s, p.entry())
}

// closeProposal forgets a proposal and its votes; its events tell its story.
func closeProposal(s ledger.State, l lapse) {
	var cast []vote
	votes.Each(s, l.Proposal[:], func(v vote, _ uint64) bool {
		cast = append(cast, v)
		return true
	})
	for _, v := range cast {
		votes.Delete(s, v)
	}
	proposals.Delete(s, l.Proposal)
	lapses.Delete(s, l)
	c := readCouncil(s)
	c.Open--
	c.write(s)
}

// takeVotesBack forgets the votes of a member that is no longer active.
func takeVotesBack(s ledger.State, member string) {
	var open []proof.Hash
	lapses.Each(s, nil, func(l lapse, _ string) bool {
		open = append(open, l.Proposal)
		return true
	})
	for _, id := range open {
		v := vote{id, member}
		choice, voted := votes.Get(s, v)
		if !voted {
			continue
		}
		votes.Delete(s, v)
		p, _ := proposals.Get(s, id)
		if choice == voteYes {
			p.Yes--
		} else {
			p.No--
		}
		proposals.Set(s, id, p)
	}
}
