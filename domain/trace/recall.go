package trace

import (
	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/proof"
)

const nextRecall = "next-recall"

// RecallEntry names origins to be recalled: by the organisation whose statements
// they carry, each statement opened, or by the council. Seq 0 starts a recall;
// its number continues it where one entry is too small.
type RecallEntry struct {
	_        struct{}    `cbor:",toarray"`
	Origins  Origins     `json:"origins"`
	Seq      uint64      `json:"seq"`
	Class    uint64      `json:"class"` // 1 to 3 (21 CFR 7.3(m))
	Text     proof.Hash  `json:"text"`  // commitment to the recall notice
	Openings []Statement `json:"openings"`
}

// Statement opens the maker's statement of one origin.
type Statement struct {
	_         struct{}        `cbor:",toarray"`
	Salt      proof.Hash      `json:"salt"`
	Body      []byte          `json:"body"`
	Signature proof.Signature `json:"signature"`
}

// Validate checks the message alone.
func (m *RecallEntry) Validate() error {
	if err := m.Origins.validate(); err != nil {
		return err
	}
	if m.Class < 1 || m.Class > 3 {
		return CodeClass.Errorf("recall class %d is none of I (1), II (2), III (3)", m.Class)
	}
	if len(m.Openings) != 0 && len(m.Openings) != len(m.Origins) {
		return CodeBadShape.Errorf("%d statements are opened for %d origins; open one for each", len(m.Openings), len(m.Origins))
	}
	return nil
}

// Apply puts the origins under the recall.
func (m *RecallEntry) Apply(b *ledger.Block, s ledger.State) error {
	o := op{b, s}
	by := b.Sender()
	switch {
	case len(m.Openings) == 0 && !org.IsCouncil(b, s):
		return CodeNotCouncil.Errorf("a recall opens the statement of each origin; only the council recalls without")
	case len(m.Openings) == 0:
		by = ""
	case b.Council(): // then the sender is only whoever cast the last vote
		return CodeStatement.Errorf("the council recalls without statements; the maker sends its own recall")
	}
	seq, r, err := o.recall(m, by)
	if err != nil {
		return err
	}
	for i, h := range m.Origins {
		c, err := o.origin(h)
		if err != nil {
			return err
		}
		if len(m.Openings) != 0 {
			if err := o.checkStatement(m.Openings[i], h, c, by); err != nil {
				return err
			}
		}
		if err := o.under(h, c, seq, &r); err != nil {
			return err
		}
	}
	recalls.Set(s, seq, r)
	return b.Emit("recalled", Recalled{Seq: seq, Origins: m.Origins})
}

// recall starts or continues a recall.
func (o op) recall(m *RecallEntry, by string) (uint64, Recall, error) {
	if m.Seq == 0 {
		seq, _ := counters.Get(o.s, nextRecall)
		seq++
		counters.Set(o.s, nextRecall, seq)
		return seq, Recall{Org: by, At: o.b.Height, Class: m.Class, Text: m.Text}, nil
	}
	r, ok := recalls.Get(o.s, m.Seq)
	if !ok || r.Org != by || r.Text != m.Text || r.Class != m.Class {
		return 0, r, CodeNoRecall.Errorf("there is no recall %d of %q with this class and text to continue", m.Seq, by)
	}
	return m.Seq, r, nil
}

// under puts an origin under a recall. It never goes back to an earlier one, whose
// answers have been forgotten: then the counters would no longer be true, and
// anybody could undo a recall's answers by extending an older one.
func (o op) under(h proof.Hash, c proof.OriginState, seq uint64, r *Recall) error {
	if c.Recall > seq {
		return CodeLaterRecall.Errorf("origin %s is under recall %d, which is later than %d", h, c.Recall, seq)
	}
	if c.Recall < seq {
		c.Recall, c.Acked = seq, 0
		origins.Set(o.s, h, c)
		r.Count++
	}
	return o.b.CountWrite(1)
}

// checkStatement checks that an origin carries this organisation's statement.
func (o op) checkStatement(st Statement, origin proof.Hash, c proof.OriginState, by string) error {
	sig := proof.Signature(st.Signature)
	body, err := proof.DecodeStatement(st.Body)
	switch {
	case err != nil:
		return CodeStatement.Errorf("%v", err)
	case len(st.Body) > StatementSizeMax || proof.StatementCommitment(st.Salt, st.Body, sig) != c.Stmt:
		return CodeStatement.Errorf("the statement shown is not the one committed to in origin %s", origin)
	case body.ChainID != o.b.ChainID || body.Origin != origin || body.Org != by:
		return CodeStatement.Errorf("the statement is by %s for origin %s, not by %s for %s", body.Org, body.Origin, by, origin)
	}
	member, ok := org.Get(o.s, by)
	if !ok {
		return CodeStatement.Errorf("organisation %s is not a member", by)
	}
	key, ok := member.KeyAt(body.KeyID, c.At)
	if !ok || !ledger.VerifySignature(key, proof.TaggedHash(proof.TagStatement, st.Body), sig) {
		return CodeStatement.Errorf("the statement of origin %s is not signed by a key that %s had at height %d", origin, by, c.At)
	}
	return nil
}

// Extend carries a recall on to an origin made from a recalled one. Anybody may.
type Extend struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"` // one
	Seq     uint64   `json:"seq"`
}

// Validate checks the message alone.
func (m *Extend) Validate() error {
	if len(m.Origins) != 1 {
		return CodeBadShape.Errorf("an extension names one origin")
	}
	return nil
}

// Apply puts the origin under the recall of its parent.
func (m *Extend) Apply(b *ledger.Block, s ledger.State) error {
	o := op{b, s}
	h := m.Origins[0]
	c, err := o.origin(h)
	if err != nil {
		return err
	}
	r, ok := recalls.Get(s, m.Seq)
	if !ok {
		return CodeNoRecall.Errorf("there is no recall %d", m.Seq)
	}
	for i, p := range c.Parents {
		parent, ok := origins.Get(s, p)
		if !ok || parent.Recall != m.Seq {
			continue
		}
		if err := b.CountWrite(i); err != nil { // looking at the others was work too
			return err
		}
		if err := o.under(h, c, m.Seq, &r); err != nil {
			return err
		}
		recalls.Set(s, m.Seq, r)
		return b.Emit("recalled", Recalled{Seq: m.Seq, Origins: m.Origins})
	}
	return CodeNotUnderRecall.Errorf("no parent of origin %s is under recall %d", h, m.Seq)
}

// Answer says that an owner has found its recalled records. In transit sender or
// receiver may answer.
type Answer struct {
	_       struct{} `cbor:",toarray"`
	Origins Origins  `json:"origins"`
	Recs    []Ref    `json:"recs"`
	Seq     uint64   `json:"seq"`
}

// Validate checks the message alone.
func (m *Answer) Validate() error {
	if err := m.Origins.validate(); err != nil {
		return err
	}
	return m.Origins.validateRefs(m.Recs, 1, RecordsMax)
}

// Apply counts each record's answer once.
func (m *Answer) Apply(b *ledger.Block, s ledger.State) error {
	o := op{b, s}
	event := Answered{Seq: m.Seq}
	for _, ref := range m.Recs {
		n := m.Origins.name(ref)
		if err := o.answer(n, m.Seq); err != nil {
			return err
		}
		event.Records = append(event.Records, Item{Origin: n.Origin, Leaf: n.Leaf})
	}
	return b.Emit("answered", event)
}

func (o op) answer(n Name, seq uint64) error {
	r, err := o.load(n)
	if err != nil {
		return err
	}
	c, err := o.origin(n.Origin)
	if err != nil {
		return err
	}
	_, top, err := o.topmost(n)
	switch {
	case err != nil:
		return err
	case seq == 0 || c.Recall != seq:
		return CodeNotUnderRecall.Errorf("origin %s is not under recall %d", n.Origin, seq)
	case r.State == proof.StateEnded:
		return CodeNotLive.Errorf("record %s has ended; there is nothing to answer for", n.Leaf)
	case r.Ack == seq:
		return CodeAnswered.Errorf("record %s has answered recall %d before", n.Leaf, seq)
	case !o.b.Signed(top.Owner) && (top.State != proof.StateTransit || !o.b.Signed(top.Transit.To) && !o.b.Signed(top.Transit.ToHolder)):
		return CodeNotOwner.Errorf("the owner of record %s, or of what it is packed in, did not sign", n.Leaf)
	}
	r.Ack = seq
	if err := o.save(n, r); err != nil {
		return err
	}
	return o.count(n.Origin, 0, 1)
}
