package snapshot

import (
	"crypto/sha256"
	"fmt"
	"math"

	"pedigree/proof"
)

// Format is the version of manifests and chunks that this package writes, and the
// only one it reads.
const Format = 1

// manifestTag marks the hash of a manifest.
const manifestTag = "pedigree/snapshot/1"

// Manifest says what a snapshot is of, and names its chunks.
type Manifest struct {
	Chain   string
	Height  int64
	Version uint64             // of the rules after Height
	Parts   proof.AppHashParts // what the application hash after Height commits to
	Chunks  []Chunk
}

// Chunk is a chunk's size and SHA-256.
type Chunk struct {
	Bytes uint64
	Hash  proof.Hash
}

// Encode writes the manifest.
func (m Manifest) Encode() []byte {
	b := proof.AppendUint(proof.AppendArray(make([]byte, 0, 256+40*len(m.Chunks)), 6), Format)
	b = proof.AppendUint(proof.AppendUint(proof.AppendText(b, m.Chain), uint64(m.Height)), m.Version)
	b = proof.AppendUint(proof.AppendArray(b, 4), m.Parts.EventCount)
	for _, h := range []proof.Hash{m.Parts.EventRoot, m.Parts.StateRoot, m.Parts.SetRoot} {
		b = proof.AppendBytes(b, h[:])
	}
	b = proof.AppendArray(b, len(m.Chunks))
	for _, c := range m.Chunks {
		b = proof.AppendBytes(proof.AppendUint(proof.AppendArray(b, 2), c.Bytes), c.Hash[:])
	}
	return b
}

// Hash is the name of the snapshot.
func (m Manifest) Hash() proof.Hash { return proof.TaggedHash(manifestTag, m.Encode()) }

// Bytes is the size of all chunks.
func (m Manifest) Bytes() (n uint64) {
	for _, c := range m.Chunks {
		n += c.Bytes
	}
	return n
}

// DecodeManifest reads what Encode wrote, and nothing else.
func DecodeManifest(b []byte) (Manifest, error) {
	if len(b) > ManifestBytesMax {
		return Manifest{}, fmt.Errorf("%w: a manifest of %d bytes, at most %d are allowed", ErrDamaged, len(b), ManifestBytesMax)
	}
	r := proof.NewReader(b)
	r.ArrayOf(6)
	if format := r.Uint(); r.Err() == nil && format != Format {
		return Manifest{}, fmt.Errorf("couldn't read a snapshot of format %d: this version reads format %d", format, Format)
	}
	m := Manifest{Chain: r.Text(proof.ChainIDMax), Height: int64(r.UintMax(math.MaxInt64)), Version: r.Uint()}
	r.ArrayOf(4)
	m.Parts = proof.AppHashParts{EventCount: r.Uint(), EventRoot: r.Hash(), StateRoot: r.Hash(), SetRoot: r.Hash()}
	for range r.Array(ChunksMax) {
		r.ArrayOf(2)
		m.Chunks = append(m.Chunks, Chunk{Bytes: r.UintMax(ChunkBytesMax), Hash: r.Hash()})
		if r.Err() != nil {
			break
		}
	}
	if err := r.Done(); err != nil {
		return Manifest{}, fmt.Errorf("%w: its manifest can't be read: %w", ErrDamaged, err)
	}
	if m.Height == 0 || len(m.Chunks) == 0 {
		return Manifest{}, fmt.Errorf("%w: its manifest is of height %d and has %d chunks", ErrDamaged, m.Height, len(m.Chunks))
	}
	return m, nil
}

// CheckChunk compares a chunk with the manifest.
func (m Manifest) CheckChunk(index int, chunk []byte) error {
	if index < 0 || index >= len(m.Chunks) {
		return fmt.Errorf("%w: chunk %d of %d doesn't exist", ErrDamaged, index, len(m.Chunks))
	}
	if want := m.Chunks[index]; uint64(len(chunk)) != want.Bytes || sha256.Sum256(chunk) != want.Hash {
		return fmt.Errorf("%w: chunk %d isn't the one that the manifest names", ErrDamaged, index)
	}
	return nil
}
