package ledger

import "pedigree/proof"

// Try says how envelopes would end in a block of their own, one after another, as
// ExecuteBlock would end them. Nothing is kept, and what another envelope does before
// them is not known: a nil error promises nothing. The first refusal is returned.
func (r *Runtime) Try(info BlockInfo, txs [][]byte, backend Backend) error {
	b := r.block(info)
	base := newLayer(&remembered{reader: committed{backend}, rows: map[string]row{}})
	sets := &seenSet{backend: backend, added: map[proof.Hash]int{}}
	for i, p := range r.prepare(b, base, txs) {
		b.env = &envelopeContext{id: p.id, place: i, admitted: p.Envelope.Body.Admission, signed: p.Keys}
		if err := r.executeOne(b, base, sets, p); err != nil {
			return err
		}
	}
	return nil
}
