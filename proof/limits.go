package proof

// Limits of what a verifier agrees to read. Those of custody objects stand in
// custody.go, of envelopes in envelope.go, of members in member.go, of
// statements in statement.go and of state paths in statepath.go.
const (
	ObjectSizeMax     = 2 << 20  // bytes of a whole receipt, bundle or proof
	TrustFileSizeMax  = 64 << 10 // bytes of a trust file
	HeaderFields      = 14       // fields of a block header
	HeaderFieldMax    = 96       // bytes of one encoded header field
	ValidatorsMax     = 128      // validators of a set
	LinksMax          = 64       // validator changes between a trust file and a header
	TreePathMax       = 63       // hashes of an inclusion proof
	ConsistencyMax    = 126      // hashes of a consistency proof
	StateKeySizeMax   = 256      // bytes of a state key
	StateValueSizeMax = 64 << 10 // bytes of a state value
	ResultSizeMax     = 1 << 20  // bytes of a result's data
	BundleLevelsMax   = 6        // containers between a unit and its record
	BundleParentsMax  = NestMax  // records that a packed record lies in
	NonceSizeMin      = 16       // bytes of a verifier's nonce
	NonceSizeMax      = 64
	NoteSizeMax       = 16 << 10 // bytes of a cosigned checkpoint
	CosignaturesMax   = 64       // lines of signatures in it
	WitnessNameMax    = 64       // bytes of the name of a witness's key
	WitnessesMax      = 64       // witnesses, and groups, in a policy
	PolicyFileSizeMax = 64 << 10 // bytes of a witness policy
)

// powerMax is the greatest total voting power of a set; the engine's own limit.
const powerMax = 1<<63/8 - 1
