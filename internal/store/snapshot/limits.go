package snapshot

import "errors"

// The limits of this package, in one place.
const (
	// chunkBytesTarget is the size at which a chunk is cut. All nodes must share it.
	chunkBytesTarget = 8 << 20
	// ChunkBytesMax is the largest chunk: one record more than the target. The
	// engine's messages take 16 MB.
	ChunkBytesMax = chunkBytesTarget + recordBytesMax
	// keyBytesMax and valueBytesMax bound a record, and recordBytesMax what it takes.
	keyBytesMax    = 1 << 10
	valueBytesMax  = 1 << 20
	recordBytesMax = valueBytesMax + keyBytesMax + 16
	// ChunksMax is the greatest number of chunks: the manifest must fit into one
	// message of the engine, and 50,000 chunks are 400 GB.
	ChunksMax = 50_000
	// ManifestBytesMax is the largest manifest.
	ManifestBytesMax = 3 << 20
	// KeepMax is how many snapshots a shelf keeps at most.
	KeepMax = 10
)

// ErrDamaged marks a chunk or a manifest that isn't what its hash or its form says.
var ErrDamaged = errors.New("the snapshot is damaged")
