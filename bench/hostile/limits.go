package hostile

import "time"

// The sizes of attacks, and how long they are waited for.
const (
	million        = 1_000_000
	longLineBytes  = 100 << 20
	inflatedBytes  = 256 << 20 // of the compressed body, a thousand to one
	plainBytes     = 8 << 20   // the largest body of a plain request
	manyEvents     = 100_000
	bodyBytes      = 1 << 20 // the largest JSON body where the configuration says no other
	jsonDepth      = 64      // the deepest that is read
	archiveEntries = 65_000
	headerBytes    = 1 << 20
	headerCount    = 100_000
	slowConns      = 500

	answerWait = 60 * time.Second // for the answer to one attack
	readyWait  = 60 * time.Second // for the node to take part
	stopWait   = 20 * time.Second
	answerMost = 1 << 20 // bytes of an answer that are read
)

// MemoryMax is what a node's memory may grow by under attack.
const MemoryMax = 256 << 20
