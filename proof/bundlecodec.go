package proof

import (
	"bytes"
	"fmt"
)

// bundleFields is the number of fields of an encoded bundle, tag included.
const bundleFields = 12

// Encode returns [tag, unit, levels, record, parents, origin, counts, maker,
// absent, parts, attestation, presence]; see docs/internals/encoding.md.
func (b Bundle) Encode() []byte {
	out := AppendText(AppendArray(make([]byte, 0, 8192), bundleFields), TagBundle)
	out = AppendBytes(AppendText(AppendArray(out, 5), b.Unit.ID), b.Unit.Attrs)
	out = AppendUint(AppendBytes(out, b.Unit.Salt[:]), uint64(b.Unit.Depth))
	out = AppendHash(out, b.Unit.Root)
	out = AppendArray(out, len(b.Levels))
	for _, l := range b.Levels {
		out = AppendUint(AppendBytes(AppendArray(out, 5), l.Leaf[:]), uint64(l.Pos))
		out = appendSparse(out, l.Siblings)
	}
	out = AppendArray(b.Record.append(out), len(b.Parents))
	for _, p := range b.Parents {
		out = p.append(out)
	}
	out = b.Counts.append(AppendBytes(out, b.Origin[:]))
	out = b.Maker.append(out)
	out = AppendArray(out, len(b.Absent))
	for _, p := range b.Absent {
		out = p.Append(out)
	}
	out = b.Header.Append(AppendBytes(out, b.Parts.Encode()))
	if b.Presence == nil {
		return AppendNull(out)
	}
	out = AppendBytes(AppendArray(out, 2), b.Presence.Nonce)
	return AppendBytes(out, b.Presence.Signature[:])
}

func (m *MakerProof) append(b []byte) []byte {
	if m == nil {
		return AppendNull(b)
	}
	b = AppendBytes(AppendArray(b, 4), m.Body)
	b = AppendBytes(AppendBytes(b, m.Signature[:]), m.Salt[:])
	return m.Member.append(b)
}

// DecodeBundle reads what Bundle.Encode wrote.
func DecodeBundle(raw []byte) (Bundle, error) {
	r, err := openReader(raw, TagBundle, bundleFields)
	if err != nil {
		return Bundle{}, err
	}
	var b Bundle
	r.In(PartUnit)
	r.ArrayOf(5)
	b.Unit = UnitOpening{ID: r.Text(IDSizeMax), Attrs: bytes.Clone(r.Bytes(AttrsSizeMax)), Salt: r.Hash()}
	b.Unit.Depth, b.Unit.Root = uint8(r.UintMax(SlotDepthMax)), r.HashOrNull()
	if r.err == nil && (b.Unit.Depth == 0) != b.Unit.Root.IsZero() {
		r.fail("has a depth without a root, or a root without a depth")
	}
	r.In(PartPath)
	b.Levels = r.containers()
	r.In(PartRecord)
	b.Record = r.stateValue()
	r.In(PartPlace)
	b.Parents = readList(r, BundleParentsMax, (*Reader).stateValue)
	r.In(PartOrigin)
	b.Origin = r.Hash()
	b.Counts = r.stateValue()
	b.Maker = r.makerProof()
	r.In(PartPlace)
	b.Absent = readList(r, BundleLevelsMax, (*Reader).StatePath)
	b.Parts = r.appHashParts()
	b.Header = r.Attestation()
	b.Presence = r.presence()
	r.In(PartFormat)
	if err := r.Done(); err != nil {
		return Bundle{}, fmt.Errorf("couldn't read a bundle: %w", err)
	}
	return b, nil
}

// readList reads an array of at most limit items.
func readList[T any](r *Reader, limit int, read func(*Reader) T) []T {
	var out []T
	for n := r.Array(limit); n > 0 && r.err == nil; n-- {
		out = append(out, read(r))
	}
	return out
}

func (r *Reader) containers() []Container {
	return readList(r, BundleLevelsMax, func(r *Reader) Container {
		r.ArrayOf(5)
		c := Container{Leaf: r.Hash(), Pos: uint16(r.UintMax(1<<SlotDepthMax - 1))}
		c.Siblings = r.sparse(SlotDepthMax)
		if r.err == nil && len(c.Siblings) < SlotDepthMin {
			r.fail("has a container of depth %d", len(c.Siblings))
		}
		return c
	})
}

func (r *Reader) makerProof() *MakerProof {
	r.In(PartStatement)
	if r.Null() {
		return nil
	}
	r.ArrayOf(4)
	m := &MakerProof{Body: bytes.Clone(r.Bytes(StatementSizeMax)), Signature: r.Signature(), Salt: r.Hash()}
	r.In(PartMaker)
	m.Member = r.stateValue()
	return m
}

func (r *Reader) presence() *Presence {
	r.In(PartPresence)
	if r.Null() {
		return nil
	}
	r.ArrayOf(2)
	p := &Presence{Nonce: bytes.Clone(r.Bytes(NonceSizeMax)), Signature: r.Signature()}
	if r.err == nil && len(p.Nonce) < NonceSizeMin {
		r.fail("has a nonce of %d bytes where at least %d are needed", len(p.Nonce), NonceSizeMin)
	}
	return p
}
