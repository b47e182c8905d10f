package traceview

import (
	"fmt"

	"pedigree/proof"
)

// Kinds of delivery of hand-overs, and what begins their payloads.
const (
	KindHandOver           = "hand-over"            // an owner's order to who keeps its goods
	KindHandOverAnswer     = "hand-over-answer"     // what the keeper makes of it
	KindHandOverWithdrawal = "hand-over-withdrawal" // the owner takes its order back

	TagHandOver           = "pedigree/hand-over/1"
	TagHandOverAnswer     = "pedigree/hand-over-answer/1"
	TagHandOverWithdrawal = "pedigree/hand-over-withdrawal/1"
)

// HandOverMessage is an owner's order to hand goods of its own on that the receiver of
// the message keeps.
type HandOverMessage struct {
	ID    proof.Hash
	To    string   // organisation that is to have them
	By    uint64   // Unix time until when; 0 for any
	PO    string   // number of the order, as owner and buyer know it; may be empty
	Text  string   // in words; may be empty
	Paths []string // 1 to HandOverItemsMax, each once
}

// Encode returns [tag, id, to, by, po, text, [path, ...]].
func (m HandOverMessage) Encode() []byte {
	b := proof.AppendBytes(proof.AppendText(proof.AppendArray(nil, 7), TagHandOver), m.ID[:])
	b = proof.AppendUint(proof.AppendText(b, m.To), m.By)
	b = proof.AppendText(proof.AppendText(b, m.PO), m.Text)
	b = proof.AppendArray(b, len(m.Paths))
	for _, p := range m.Paths {
		b = proof.AppendText(b, p)
	}
	return b
}

// DecodeHandOver reads what Encode wrote.
func DecodeHandOver(raw []byte) (HandOverMessage, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(7)
	if tag := r.Text(32); r.Err() == nil && tag != TagHandOver {
		r.Refuse("is %q, not an order to hand goods over", tag)
	}
	m := HandOverMessage{ID: r.Hash(), To: r.Text(proof.OrgIDMax), By: r.Uint(), PO: r.Text(orderTextMax), Text: r.Text(HandOverTextMax)}
	if r.Err() == nil && m.By > 1<<53 {
		r.Refuse("is to be done at a time that no calendar has")
	}
	seen := map[string]bool{}
	for range r.Array(HandOverItemsMax) {
		p := r.Text(proof.IDSizeMax)
		if r.Err() == nil && (!isObject([]byte(p)) || seen[p]) {
			r.Refuse("names %q, which is no thing or was named before", p)
		}
		seen[p] = true
		m.Paths = append(m.Paths, p)
	}
	if r.Err() == nil && (len(m.Paths) == 0 || m.To == "") {
		r.Refuse("names no goods or nobody")
	}
	if err := r.Done(); err != nil {
		return HandOverMessage{}, fmt.Errorf("couldn't read an order to hand goods over: %w", err)
	}
	return m, nil
}

// HandOverReply is what a keeper makes of an order.
type HandOverReply struct {
	ID       proof.Hash // of the order
	State    uint64     // handOverAccepted, handOverRefused or handOverShipped
	Reason   string     // of a refusal
	Shipment proof.Hash // that hands the goods on; zero before
}

// Encode returns [tag, id, state, reason, shipment].
func (m HandOverReply) Encode() []byte {
	b := proof.AppendBytes(proof.AppendText(proof.AppendArray(nil, 5), TagHandOverAnswer), m.ID[:])
	return proof.AppendBytes(proof.AppendText(proof.AppendUint(b, m.State), m.Reason), m.Shipment[:])
}

// DecodeHandOverReply reads what Encode wrote.
func DecodeHandOverReply(raw []byte) (HandOverReply, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(5)
	if tag := r.Text(32); r.Err() == nil && tag != TagHandOverAnswer {
		r.Refuse("is %q, not an answer to an order", tag)
	}
	m := HandOverReply{ID: r.Hash(), State: r.UintMax(handOverShipped), Reason: r.Text(HandOverTextMax), Shipment: r.Hash()}
	if r.Err() == nil && (m.State < handOverAccepted || (m.State == handOverShipped) == m.Shipment.IsZero() || (m.State == handOverRefused) != (m.Reason != "")) {
		r.Refuse("says nothing that an answer says")
	}
	if err := r.Done(); err != nil {
		return HandOverReply{}, fmt.Errorf("couldn't read an answer to an order: %w", err)
	}
	return m, nil
}

// HandOverWithdrawal is an owner's word that an order of its own isn't wanted any more.
type HandOverWithdrawal struct {
	ID     proof.Hash // of the order
	Reason string
}

// Encode returns [tag, id, reason].
func (m HandOverWithdrawal) Encode() []byte {
	return proof.AppendText(proof.AppendBytes(proof.AppendText(proof.AppendArray(nil, 3), TagHandOverWithdrawal), m.ID[:]), m.Reason)
}

// DecodeHandOverWithdrawal reads what Encode wrote.
func DecodeHandOverWithdrawal(raw []byte) (HandOverWithdrawal, error) {
	r := proof.NewReader(raw)
	r.ArrayOf(3)
	if tag := r.Text(40); r.Err() == nil && tag != TagHandOverWithdrawal {
		r.Refuse("is %q, not the withdrawal of an order", tag)
	}
	m := HandOverWithdrawal{ID: r.Hash(), Reason: r.Text(HandOverTextMax)}
	if r.Err() == nil && m.Reason == "" {
		r.Refuse("says no reason")
	}
	if err := r.Done(); err != nil {
		return HandOverWithdrawal{}, fmt.Errorf("couldn't read the withdrawal of an order: %w", err)
	}
	return m, nil
}
