//go:build linux

package flood

import "time"

// How much is sent, and what is allowed.
const (
	quota     = 3000             // entries a day of each organisation
	times     = 50               // the quota that the flood tries to write
	floodMost = 30 * time.Second // that it goes on for
	quietFor  = 10 * time.Second // before it, to compare with
	members   = 16               // connections of the member, to its own node
	strangers = 2                // connections to each port of each node
	kept      = 60               // envelopes that strangers send again and again
	patience  = 10 * time.Second // for one answer

	// strangerPause is between two requests or connections of a stranger: the flood has
	// the nodes' processors, and is not to be measured by what it takes of them itself.
	strangerPause = 10 * time.Millisecond

	honestClients = 4
	honestPause   = 100 * time.Millisecond

	memoryGrowthMax = 256 << 20         // bytes, of each node
	recoverMost     = 180 * time.Second // how long it took is printed
	progress        = 20                // entries whose answers show that the network goes on
	progressWait    = 180 * time.Second
)
