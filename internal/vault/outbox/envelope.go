package outbox

import (
	"fmt"
	"time"

	"pedigree/internal/vault"
)

// State says where an envelope is.
type State int

// The states of an envelope, in their order. They are stored by number.
const (
	Pending   State = iota // to be sent
	Submitted              // sent; whether it is in a block is not known yet
	Committed              // in a block, and done
	Refused                // at the door, or in a block
	Expired                // it can't come into a block any more
)

func (s State) String() string {
	switch s {
	case Pending:
		return "pending"
	case Submitted:
		return "submitted"
	case Committed:
		return "committed"
	case Refused:
		return "refused"
	case Expired:
		return "expired"
	}
	return fmt.Sprintf("State(%d)", int(s))
}

// Envelope is what is to be sent.
type Envelope struct {
	ID   [32]byte
	Seq  int    // its place in its job, 0 or more; may be shared
	Raw  []byte // 1 byte to 1 MiB
	Note string // what it is for, for a person; at most 1 KiB, stored in clear
}

// Item is an envelope in the outbox.
type Item struct {
	Envelope
	Job     int64
	Number  int64 // in the order of adding, over all jobs
	State   State
	Height  int64  // of the block, 0 when no block said it
	Index   int    // in that block
	Code    string // why it was refused, for programs
	Text    string // the same for people
	Added   time.Time
	Changed time.Time // when the state did
}

// Position is an item's place in the outbox's order. Its zero value is before
// all others.
type Position struct {
	Job    int64
	Seq    int
	Number int64
}

// Position is where to go on listing after this item.
func (i Item) Position() Position { return Position{i.Job, i.Seq, i.Number} }

// Counts are the envelopes of a job in each state.
type Counts struct{ Pending, Submitted, Committed, Refused, Expired int64 }

// Total is how many envelopes the job has had.
func (c Counts) Total() int64 {
	return c.Pending + c.Submitted + c.Committed + c.Refused + c.Expired
}

// Open is how many are not settled.
func (c Counts) Open() int64 { return c.Pending + c.Submitted }

// of is the counter of a state.
func (c *Counts) of(s State) *int64 {
	return [...]*int64{&c.Pending, &c.Submitted, &c.Committed, &c.Refused, &c.Expired}[s]
}

// Outbox is the outbox of one vault.
type Outbox struct{ vault *vault.Vault }

// New returns the outbox of a vault that was opened with Schema among its schemas.
func New(v *vault.Vault) *Outbox { return &Outbox{vault: v} }
