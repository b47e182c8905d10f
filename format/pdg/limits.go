package pdg

// Limits of a message.
const (
	// MessageBytesMax is the largest message.
	MessageBytesMax = 1 << 20
	// ItemsMax is how many items one message may have, of all sorts together.
	ItemsMax = 10_000

	depthMax     = 8    // of what stands in what
	textMax      = 2000 // bytes of any text but the next
	vpMax        = 64 << 10
	quantityMax  = 1_000_000_000
	timestampMax = 1 << 36 // Unix seconds: in milliseconds every date since 1972 is more
)
