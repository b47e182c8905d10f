package trace

import "pedigree/proof"

// Limits of the custody rules.
const (
	OriginsMax         = 64               // origins that one message refers to
	RecordsMax         = 200              // records that one message names, so that they fit one event
	SlotsMax           = 256              // slots opened by one message
	ProofHashesMax     = 1024             // hashes of one batch opening
	RefusedMax         = 64               // items refused in one receipt
	RefusedLevelsMax   = 3                // openings from the received record to a refused item
	OutputsMax         = 64               // outputs of one transformation
	ParentsMax         = proof.ParentsMax // input origins of one transformation
	DeadlineSecondsMin = 3600             // a receiver has at least an hour
	DeadlineSecondsMax = 45 * 24 * 3600   // and at most 45 days
	FreezeSeconds      = 7 * 24 * 3600    // a freeze lapses unless renewed
	RecoverSeconds     = 7 * 24 * 3600    // a recovery waits in the open
	PruneAfterDays     = 400              // after an origin's last record ended
	PruneRowsMax       = 2048             // rows pruned per block, hence events, which the kernel limits too
	UntilMax           = 200              // half-years since 2000: to 2100
	PostKindMax        = 32               // bytes of a post's kind
	StatementSizeMax   = proof.StatementSizeMax
)
