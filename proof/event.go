package proof

import (
	"bytes"
	"fmt"
)

// Tags of the two proofs about the event tree.
const (
	TagEventProof  = "pedigree/event-proof/1"
	TagConsistency = "pedigree/consistency/1"
)

// EventProof proves that an event stands in the event tree, and as which number.
type EventProof struct {
	Event  []byte // [height, place, id, module, name, data]
	Number uint64 // counts from 0 since the first block
	Path   []Hash // RFC 6962 inclusion proof
	Parts  AppHashParts
	Header Attestation // of the height after
}

// Event is one thing that happened on the ledger.
type Event struct {
	Height uint64 // block in which it happened
	Place  uint64 // place of its entry in the block, or PlaceNone
	Entry  Hash   // id of its entry; zero with PlaceNone
	Module string
	Name   string
	Data   []byte // one CBOR item; its module knows the shape
}

// PlaceNone is the place of an event that no entry made, but the block itself,
// such as a time that ran out.
const PlaceNone = 1<<64 - 1

// Encode returns [height, place, id, module, name, data].
func (e Event) Encode() []byte {
	b := AppendUint(AppendUint(AppendArray(make([]byte, 0, 128), 6), e.Height), e.Place)
	b = AppendText(AppendText(AppendBytes(b, e.Entry[:]), e.Module), e.Name)
	return append(b, e.Data...)
}

// DecodeEvent reads what Event.Encode wrote.
func DecodeEvent(b []byte) (Event, error) {
	r := NewReader(b)
	r.ArrayOf(6)
	e := Event{Height: r.Uint(), Place: r.Uint(), Entry: r.Hash(), Module: r.Text(NameMax), Name: r.Text(NameMax)}
	e.Data = bytes.Clone(r.Raw(MessageDepthMax))
	if err := r.Done(); err != nil {
		return Event{}, fmt.Errorf("couldn't read an event: %w", err)
	}
	return e, nil
}

// Verify checks the proof up to the validators' signatures.
func (p EventProof) Verify(t Trust) (Report, error) {
	r := Report{Kind: TagEventProof}
	if err := r.header(p.Header, t); err != nil {
		return r, err
	}
	if err := p.Header.proves(p.Parts); err != nil {
		return r, r.stop(PartHeader, err)
	}
	if err := VerifyInclusion(p.Parts.EventRoot, TreeLeaf(p.Event), p.Number, p.Parts.EventCount, p.Path); err != nil {
		return r, r.stop(PartEvent, err)
	}
	e, err := DecodeEvent(p.Event)
	if err != nil {
		return r, r.stop(PartEvent, err)
	}
	r.fact("Event", "%s/%s", e.Module, e.Name)
	r.ok(PartEvent, "", "Event %d is %s/%s of entry %s, at height %d.", p.Number, e.Module, e.Name, e.Entry, e.Height)
	return r, nil
}

// Encode returns [tag, event, number, path, parts, attestation].
func (p EventProof) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, 2048), 6), TagEventProof)
	b = appendHashes(AppendUint(AppendBytes(b, p.Event), p.Number), p.Path)
	return p.Header.Append(AppendBytes(b, p.Parts.Encode()))
}

// DecodeEventProof reads what EventProof.Encode wrote.
func DecodeEventProof(b []byte) (EventProof, error) {
	r, err := openReader(b, TagEventProof, 6)
	if err != nil {
		return EventProof{}, err
	}
	r.In(PartEvent)
	p := EventProof{Event: bytes.Clone(r.Bytes(EventSizeMax)), Number: r.Uint(), Path: r.hashes(TreePathMax)}
	p.Parts = r.appHashParts()
	p.Header = r.Attestation()
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return EventProof{}, fmt.Errorf("couldn't read an event proof: %w", err)
	}
	return p, nil
}

// ConsistencyProof proves that nothing was taken out or changed between two
// signed headers: the later event tree begins with the earlier one.
type ConsistencyProof struct {
	OldParts, NewParts   AppHashParts
	OldHeader, NewHeader Attestation
	Path                 []Hash // RFC 6962 consistency proof
}

// Verify checks both headers and that one event tree extends the other.
func (p ConsistencyProof) Verify(t Trust) (Report, error) {
	r := Report{Kind: TagConsistency}
	if err := r.header(p.OldHeader, t); err != nil {
		return r, err
	}
	if err := r.header(p.NewHeader, t); err != nil {
		return r, err
	}
	for i, parts := range []AppHashParts{p.OldParts, p.NewParts} {
		if err := []Attestation{p.OldHeader, p.NewHeader}[i].proves(parts); err != nil {
			return r, r.stop(PartHeader, err)
		}
	}
	if p.OldHeader.Signed.Header.Height > p.NewHeader.Signed.Header.Height {
		return r, r.stop(PartRewrite, refuse(PartRewrite, "the earlier header comes second"))
	}
	err := VerifyConsistency(p.OldParts.EventCount, p.NewParts.EventCount, p.OldParts.EventRoot, p.NewParts.EventRoot, p.Path)
	if err != nil {
		return r, r.stop(PartRewrite, err)
	}
	r.ok(PartRewrite, "", "All %d events of the earlier header stand unchanged among the %d of the later one.", p.OldParts.EventCount, p.NewParts.EventCount)
	return r, nil
}

// Encode returns [tag, old parts, old attestation, new parts, new attestation, path].
func (p ConsistencyProof) Encode() []byte {
	b := AppendText(AppendArray(make([]byte, 0, 2048), 6), TagConsistency)
	b = p.OldHeader.Append(AppendBytes(b, p.OldParts.Encode()))
	b = p.NewHeader.Append(AppendBytes(b, p.NewParts.Encode()))
	return appendHashes(b, p.Path)
}

// DecodeConsistencyProof reads what ConsistencyProof.Encode wrote.
func DecodeConsistencyProof(b []byte) (ConsistencyProof, error) {
	r, err := openReader(b, TagConsistency, 6)
	if err != nil {
		return ConsistencyProof{}, err
	}
	var p ConsistencyProof
	p.OldParts = r.appHashParts()
	p.OldHeader = r.Attestation()
	p.NewParts = r.appHashParts()
	p.NewHeader = r.Attestation()
	r.In(PartRewrite)
	p.Path = r.hashes(ConsistencyMax)
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return ConsistencyProof{}, fmt.Errorf("couldn't read a consistency proof: %w", err)
	}
	return p, nil
}
