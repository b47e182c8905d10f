package signer

import "time"

// Limits of the channel, in one place.
const (
	// frameBytesMax is the longest question or answer; a vote takes some 200 bytes.
	frameBytesMax = 4096
	// handshakesMax is how many connections may be at their handshake at once, and
	// handshakeWait how long it may take.
	handshakesMax = 4
	handshakeWait = 5 * time.Second
	// beatEvery is how often a node with nothing to ask sends a beat, and aliveWait
	// after what silence a connection is dead.
	beatEvery = time.Second
	aliveWait = 4 * time.Second
	// answerWait is how long a node waits for a signature before it goes on without:
	// a disk that takes a second for a sync costs that second and no vote.
	answerWait = 5 * time.Second
	// redialFirst and redialLast are the pauses before a connection is tried again.
	redialFirst = 100 * time.Millisecond
	redialLast  = 2 * time.Second
	// listenersMax is how many functions may wait for a connection.
	listenersMax = 16
)
