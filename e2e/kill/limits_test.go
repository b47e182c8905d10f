//go:build linux

package kill

import "time"

// What the test waits for at most, and what it allows.
const (
	readyWait    = 30 * time.Second        // a start, until the node takes part again
	answerWait   = 10 * time.Second        // an answer to one request
	completeWait = 60 * time.Second        // the work of a capture, shipment or receiving after the last kill
	settleWait   = 30 * time.Second        // all nodes at one height
	stopWait     = 20 * time.Second        // an orderly end
	restartPause = 1500 * time.Millisecond // longest time that a node is down
	killPause    = 1200 * time.Millisecond // longest time between a restart and the next kill

	residentBytesMax = 200 << 20 // memory that a node may take

	senders        = 6 // clients that submit entries
	sendPause      = 10 * time.Millisecond
	resentMax      = 50 // answered entries that each client sends again at the end
	allAtOnceEvery = 10 // one round in so many kills all nodes within 50 ms
	twoAtOnceEvery = 5  // one in so many kills two, which stops the network
)
