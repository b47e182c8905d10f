package ledger

import "pedigree/proof"

// Message is one kind of entry. Validate sees only the message; Apply sees the
// block, the signers and state. Both are deterministic.
type Message interface {
	Validate() error
	Apply(b *Block, s State) error
}

// Kind of message inside a module, made by Entry.
type EntryKind struct {
	Name string
	New  func() Message
}

// Entry registers a message type under its imperative name, such as ship.
func Entry[M any, P interface {
	*M
	Message
}](name string) EntryKind {
	return EntryKind{Name: name, New: func() Message { return P(new(M)) }}
}

// Invariant is something that holds after every block. It runs in tests after
// each block and by fsck on a live store.
type Invariant struct {
	Name  string
	Check func(s State) error
}

// Module is one domain as data.
type Module struct {
	Name       string   // such as trace
	Needs      []string // modules whose state it reads
	Entries    []EntryKind
	Events     []string // past-tense names, such as shipped
	Maps       []MapInfo
	Codes      []Code
	Invariants []Invariant
	// Begin runs once, before the first block, with the module's part of the
	// founding file. Optional.
	Begin func(b *Block, s State, founding []byte) error
	// End runs after the entries of each block that has any. Optional.
	End func(b *Block, s State) error
}

// Governor is what the kernel asks the module of members.
type Governor interface {
	// AdmissionKey returns the key that an organisation in good standing signs
	// with under this key id, at this block.
	AdmissionKey(b *Block, s State, a proof.Admission) (proof.Key, error)
}
