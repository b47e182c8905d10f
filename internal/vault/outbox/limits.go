package outbox

// The limits of this package, in one place.
const (
	// EnvelopeBytesMax is the largest envelope kept.
	EnvelopeBytesMax = 1 << 20
	noteBytesMax     = 1 << 10
	// AddMax and MarkMax bound one call, and with it a transaction.
	AddMax, MarkMax = 50_000, 50_000
	// ListMax is the most items that one listing returns.
	ListMax = 10_000
	// listBytesMax ends a page early, so that its envelopes fit in memory.
	listBytesMax = 32 << 20
	// PruneMax is the most envelopes that one Prune deletes.
	PruneMax = 50_000

	codeBytesMax = 128
	textBytesMax = 1 << 10
)
