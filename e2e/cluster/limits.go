//go:build linux

package cluster

import "time"

// What is waited for at most, and how much load there is.
const (
	readyWait    = 180 * time.Second // a start, until the node takes part again
	answerWait   = 10 * time.Second  // an answer to one request
	completeWait = 180 * time.Second // the work of a capture, shipment or receiving after the last fault
	settleWait   = 180 * time.Second // all nodes at one height, and one proved state
	stopWait     = 180 * time.Second // an orderly end
	pollPause    = 20 * time.Millisecond

	senders   = 6 // clients that submit entries
	sendPause = 10 * time.Millisecond
	resentMax = 50 // answered entries that each client sends again at the end
	logShown  = 3000
)
