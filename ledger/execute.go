package ledger

import (
	"errors"

	"pedigree/proof"
)

// BlockInfo is what the engine says about a block.
type BlockInfo struct {
	Height     uint64
	Time       uint64 // Unix seconds
	FirstEvent uint64 // number of the next event
	Version    uint64 // of the rules that are in force; FirstVersion when 0
}

// FirstVersion is the version of the rules that every network begins with.
const FirstVersion = 1

// block is what rules see of a block.
func (r *Runtime) block(info BlockInfo) *Block {
	return &Block{Height: info.Height, Time: info.Time, Version: max(info.Version, FirstVersion), ChainID: r.chainID, runtime: r}
}

// TxResult is the answer to one envelope, as the engine hashes it (code and
// data) and as a person reads it (log).
type TxResult struct {
	Code uint32
	Data []byte
	Log  string
}

// Outcome is everything that came of a block.
type Outcome struct {
	Results    []TxResult
	Changes    Changes
	Validators []ValidatorUpdate
}

// prepared is an envelope between decoding and execution.
type prepared struct {
	Signed
	id       proof.Hash
	messages []Message
	err      error
}

// ExecuteBlock runs envelopes one after another and returns what changes. Each
// is kept or dropped whole. It reads nothing but its arguments and the backend.
func (r *Runtime) ExecuteBlock(info BlockInfo, txs [][]byte, backend Backend) Outcome {
	b := r.block(info)
	base := newLayer(&remembered{reader: committed{backend}, rows: map[string]row{}})
	out := Outcome{Results: make([]TxResult, len(txs))}
	if len(txs) == 0 {
		return out
	}
	sets := &seenSet{backend: backend, added: map[proof.Hash]int{}}
	events := info.FirstEvent
	for i, p := range r.prepare(b, base, txs) {
		b.env = &envelopeContext{id: p.id, place: i, admitted: p.Envelope.Body.Admission, signed: p.Keys}
		err := r.executeOne(b, base, sets, p)
		res := proof.Result{ID: p.id, FirstEvent: events}
		if err == nil {
			res.Events = b.env.events
			out.Changes.Events = append(out.Changes.Events, res.Events...)
			events += uint64(len(res.Events))
		} else {
			res.Code = uint64(CodeOf(err).Number)
			out.Results[i].Log = err.Error()
		}
		out.Results[i].Code, out.Results[i].Data = uint32(res.Code), res.EncodeData()
		if sets.spent(p.id, i) { // no other copy of an envelope moves the mark of the one that counted
			out.Changes.Entries = append(out.Changes.Entries, EntryMark{ID: p.id, Height: int64(info.Height), Index: i, Code: uint32(res.Code)})
		}
	}
	r.endBlock(b, base)
	out.Changes.Events = append(out.Changes.Events, b.env.events...)
	out.Changes.Writes = base.writes()
	out.Changes.SetAdds = sets.items
	if len(sets.items) > 0 {
		out.Changes.SetDrops = []SetDrop{{Set: SetSeen, Before: info.Time / SeenBucketSeconds}}
	}
	out.Validators = b.updates
	return out
}

// prepare decodes every envelope and judges all signatures against the keys that
// were valid when the block began. Keys change with the next height, so nothing
// inside a block alters that verdict.
func (r *Runtime) prepare(b *Block, s State, txs [][]byte) []prepared {
	all := make([]prepared, len(txs))
	var work []Signed
	var places []int
	for i, raw := range txs {
		p := &all[i]
		p.Raw = raw
		p.Envelope, p.messages, p.err = r.Decode(raw)
		if p.Envelope.BodyBytes != nil {
			p.id = p.Envelope.ID()
		}
		if p.err == nil {
			p.Keys, p.err = r.admissionKeys(b, s, p.Envelope.Body)
		}
		if p.err == nil {
			work, places = append(work, p.Signed), append(places, i)
		}
	}
	for j, ok := range r.verify(work) {
		if !ok {
			all[places[j]].err = CodeBadSignature.Errorf("a signature of entry %s does not fit its key; sign the entry's id again with the named keys", all[places[j]].id)
		}
	}
	return all
}

func (r *Runtime) executeOne(b *Block, base *layer, sets *seenSet, p prepared) error {
	if p.err != nil {
		return p.err
	}
	body := p.Envelope.Body
	if err := checkWindow(body.ValidUntil, b.Time); err != nil {
		return err
	}
	if sets.has(body.ValidUntil, p.id) {
		return CodeReplayed.Errorf("entry %s was accepted before; ask for its receipt instead of sending it again", p.id)
	}
	for _, a := range body.Admission { // standing may have changed within this block
		if _, err := r.governor.AdmissionKey(b, base, a); err != nil {
			return err
		}
	}
	if err := charge(b, base, b.Sender(), 1, 0); err != nil {
		return err
	}
	sets.add(body.ValidUntil, p.id, b.env.place) // from here on the id is spent, whatever the rules say
	view := newLayer(base)
	for i, m := range p.messages {
		b.env.module = body.Entries[i].Module
		if err := m.Apply(b, view); err != nil {
			return err
		}
	}
	if b.env.writes > 0 {
		if err := charge(b, view, b.Sender(), 0, b.env.writes); err != nil {
			return err
		}
	}
	view.mergeInto(base)
	b.keepUpdates()
	return nil
}

// endBlock runs the modules' own work, under no envelope.
func (r *Runtime) endBlock(b *Block, base *layer) {
	b.env = &envelopeContext{place: -1}
	sweepQuotas(b, base)
	for _, m := range r.modules {
		if m.End == nil {
			continue
		}
		b.env.module = m.Name
		view := newLayer(base)
		if err := m.End(b, view); err != nil {
			panic(err) // a module's own work has nobody to refuse
		}
		view.mergeInto(base)
	}
	b.keepUpdates()
}

// Begin lays the founding state down, before the first block.
func (r *Runtime) Begin(info BlockInfo, founding func(module string) []byte, p Params, backend Backend) (Outcome, error) {
	b := r.block(info)
	b.env = &envelopeContext{}
	base := newLayer(committed{backend})
	SetParams(base, p)
	for _, m := range r.modules {
		if m.Begin == nil {
			continue
		}
		b.env.module = m.Name
		if err := m.Begin(b, base, founding(m.Name)); err != nil {
			return Outcome{}, err
		}
	}
	b.keepUpdates()
	return Outcome{Changes: Changes{Writes: base.writes(), Events: b.env.events}, Validators: b.updates}, nil
}

// Door is asked about an envelope that could be admitted, before the work of judging
// its signatures is done: whoever sent it may have made up all that it says. It tells
// how many other envelopes of the same sender wait, which count against its quota as
// if they were done; an error refuses the envelope.
type Door func(env proof.Envelope) (waiting uint64, err error)

// Check says whether an envelope would be admitted now; it does not run rules.
// The mempool uses it, with the time of the last block. Without a door nothing waits.
func (r *Runtime) Check(info BlockInfo, raw []byte, backend Backend, door Door) error {
	b := r.block(info)
	env, _, err := r.Decode(raw)
	if err != nil {
		return err
	}
	if err := checkWindow(env.Body.ValidUntil, info.Time); err != nil {
		return err
	}
	if (&seenSet{backend: backend}).has(env.Body.ValidUntil, env.ID()) {
		return CodeReplayed.Errorf("entry %s was accepted before; ask for its receipt instead of sending it again", env.ID())
	}
	view := newLayer(committed{backend})
	keys, err := r.admissionKeys(b, view, env.Body)
	if err != nil {
		return err
	}
	var waiting uint64
	if door != nil {
		if waiting, err = door(env); err != nil {
			return err
		}
	}
	if err := charge(b, view, env.Body.Admission[0].Org, waiting+1, 0); err != nil {
		return err
	}
	if !r.verify([]Signed{{Raw: raw, Envelope: env, Keys: keys}})[0] {
		return CodeBadSignature.Errorf("a signature of entry %s does not fit its key; sign the entry's id again with the named keys", env.ID())
	}
	return nil
}

// seenSet remembers ids until they could no longer be accepted anyway.
type seenSet struct {
	backend Backend
	added   map[proof.Hash]int // place in this block of the envelope that spent the id
	items   []SetItem
}

func (s *seenSet) has(validUntil uint64, id proof.Hash) bool {
	if _, ok := s.added[id]; ok {
		return true
	}
	found, err := s.backend.SetHas(SetSeen, validUntil/SeenBucketSeconds, id)
	if err != nil {
		panic(errors.Join(errors.New("couldn't read the set of seen ids"), err))
	}
	return found
}

func (s *seenSet) add(validUntil uint64, id proof.Hash, place int) {
	s.added[id] = place
	s.items = append(s.items, SetItem{Set: SetSeen, Bucket: validUntil / SeenBucketSeconds, Item: id})
}

// spent reports whether the envelope at a place of this block spent the id.
func (s *seenSet) spent(id proof.Hash, place int) bool {
	at, ok := s.added[id]
	return ok && at == place
}
