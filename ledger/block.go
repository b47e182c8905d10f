package ledger

import "pedigree/proof"

// Block is everything a rule may know beside state: nothing else exists.
type Block struct {
	Height  uint64
	Time    uint64 // block time in Unix seconds
	Version uint64 // of the rules in force, which state alone can't tell: members may have skipped one
	ChainID string

	runtime *Runtime
	env     *envelopeContext
	updates []ValidatorUpdate
}

// envelopeContext is what belongs to the envelope under execution.
type envelopeContext struct {
	id       proof.Hash
	place    int
	admitted []proof.Admission
	signed   []proof.Key
	council  bool
	nested   bool
	writes   uint64
	module   string
	events   [][]byte
	updates  []ValidatorUpdate
}

// ValidatorUpdate changes the engine's validators; power 0 removes one.
type ValidatorUpdate struct {
	Key   proof.Key
	Power uint64
}

// EntryID is the id of the envelope under execution.
func (b *Block) EntryID() proof.Hash { return b.env.id }

// Day is the block's day, counted from 1970-01-01 UTC.
func (b *Block) Day() uint64 { return b.Time / EpochSeconds }

// Signed reports whether a key signed this envelope, as admission key or signer.
func (b *Block) Signed(k proof.Key) bool {
	if k.IsZero() {
		return false
	}
	for _, s := range b.env.signed {
		if s == k {
			return true
		}
	}
	return false
}

// Admitted lists the organisations that admitted this envelope.
func (b *Block) Admitted() []proof.Admission { return b.env.admitted }

// Sender is the organisation that admitted this envelope: the first, where there
// are several.
func (b *Block) Sender() string { return b.env.admitted[0].Org }

// Council reports whether the entry runs by decision of a quorum of members.
func (b *Block) Council() bool { return b.env.council }

// CountWrite counts n record writes against the envelope's admission.
func (b *Block) CountWrite(n int) error {
	b.env.writes += uint64(n)
	if most := uint64(NamedWritesMax * len(b.env.admitted)); b.env.writes > most {
		return CodeWrites.Errorf("the envelope writes more than %d records; split it", most)
	}
	return nil
}

// Emit adds an event: [height, place, id, module, name, data]. data is a plain
// struct that encodes as an array.
func (b *Block) Emit(name string, data any) error {
	if len(b.env.events) >= EventsPerEnvelopeMax {
		return CodeEvents.Errorf("the envelope makes more than %d events; split it", EventsPerEnvelopeMax)
	}
	e := proof.AppendArray(nil, 6)
	e = proof.AppendUint(proof.AppendUint(e, b.Height), uint64(b.env.place))
	e = proof.AppendBytes(e, b.env.id[:])
	e = proof.AppendText(proof.AppendText(e, b.env.module), name)
	e = append(e, mustEncode(data)...)
	if len(e) > EventSizeMax {
		return CodeEvents.Errorf("event %s has %d bytes where at most %d are allowed; split the entry", name, len(e), EventSizeMax)
	}
	b.env.events = append(b.env.events, e)
	return nil
}

// SetValidator asks the engine to give a consensus key this much power, two
// heights on. The last update of a key in a block is the one that counts.
func (b *Block) SetValidator(k proof.Key, power uint64) {
	b.env.updates = append(b.env.updates, ValidatorUpdate{k, power})
}

// keepUpdates takes over an accepted envelope's validator updates.
func (b *Block) keepUpdates() {
	for _, u := range b.env.updates {
		known := false
		for i := range b.updates {
			if b.updates[i].Key == u.Key {
				b.updates[i], known = u, true
			}
		}
		if !known {
			b.updates = append(b.updates, u)
		}
	}
}

// Decode reads a message of any module and validates it: the module of members
// uses it to refuse a proposal that could never be carried out.
func (b *Block) Decode(e proof.Entry) (Message, error) { return b.runtime.decodeMessage(e) }

// RunAsCouncil carries out an entry that a quorum has decided. It can't be used
// inside an entry that itself runs so.
func (b *Block) RunAsCouncil(s State, e proof.Entry) error {
	if b.env.nested {
		return CodeNested.Errorf("a proposal can't carry out another proposal; propose the inner entry itself")
	}
	m, err := b.runtime.decodeMessage(e)
	if err != nil {
		return err
	}
	outer := b.env.module
	b.env.council, b.env.nested, b.env.module = true, true, e.Module
	err = m.Apply(b, s)
	b.env.council, b.env.nested, b.env.module = false, false, outer
	return err
}
