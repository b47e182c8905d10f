//go:build linux

package kill

import "time"

// How nodes are killed, and what is allowed.
const (
	restartPause = 1500 * time.Millisecond // longest time that a node is down
	killPause    = 1200 * time.Millisecond // longest time between a restart and the next kill

	ownBytesMax = 200 << 20 // memory that a node with small caches may hold of its own, however long it runs

	allAtOnceEvery = 10 // one round in so many kills all nodes within 50 ms
	twoAtOnceEvery = 5  // one in so many kills two, which stops the network
)
