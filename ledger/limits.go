package ledger

import "pedigree/proof"

// Limits that every validator shares. Changing one changes the rules.
const (
	EnvelopeSizeMax      = proof.EnvelopeSizeMax // bytes with signatures
	EntriesMax           = proof.EntriesMax      // entries per envelope
	SignersMax           = proof.SignersMax      // further signers per envelope
	AdmissionMax         = proof.AdmissionMax    // admission units per envelope
	NamedWritesMax       = 256                   // record writes per named admission unit
	ValidAheadSecondsMax = 48 * 3600             // how far ahead validUntil may lie
	SeenBucketSeconds    = 3600                  // width of a bucket of seen ids
	StateKeySizeMax      = 128                   // bytes of a raw state key
	StateValueSizeMax    = 16 << 10              // bytes of a state value
	EventsPerEnvelopeMax = proof.EventsMax       // events of one envelope
	EventSizeMax         = proof.EventSizeMax    // bytes of one event
	QuotaSweepMax        = 256                   // stale quota rows removed per block
	EpochSeconds         = 24 * 3600             // length of a quota epoch
)

// rowsRememberedMax is how many state rows are kept in memory while a block runs;
// more are read again. It changes no rule.
const rowsRememberedMax = 1 << 16

// SetSeen is the expiring set of entry ids.
const SetSeen = 1

// Params are the limits that members choose in the founding file.
type Params struct {
	_            struct{} `cbor:",toarray"`
	EntriesEpoch uint64   `json:"entries_per_day"` // envelopes per organisation and day
	WritesEpoch  uint64   `json:"writes_per_day"`  // record writes per organisation and day
}

// DefaultParams are used where the founding file is silent.
func DefaultParams() Params {
	return Params{EntriesEpoch: 20_000_000, WritesEpoch: 100_000_000}
}
