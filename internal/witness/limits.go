package witness

import "time"

// Limits of this package.
const (
	// proofBytesMax is the longest proof that is read.
	proofBytesMax = 8 << 20
	// notesMax is how many cosigned checkpoints a node keeps.
	notesMax = 16
	// asksMax is how often a witness is told in one round to begin elsewhere.
	asksMax = 3
	// answerBytesMax is the longest answer of a witness.
	answerBytesMax = 16 << 10
	// askWait is how long a witness may take to answer.
	askWait = 10 * time.Second
	// restMax is the longest pause after failures of one witness.
	restMax = 10 * time.Minute
	// freshFor is how long cosignatures of an unchanged log are not asked for again.
	freshFor = time.Hour
	// servedMax is how many requests a witness takes at once; more are told to wait.
	servedMax = 8
	// clockSkew is how far the clock of a witness may be from the node's.
	clockSkew = 10 * time.Minute
)
