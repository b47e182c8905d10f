//go:build linux

// Package faults harms running networks of four companies' nodes, one fault after
// another under load, and checks afterwards what package cluster holds true: nothing
// promised is lost, nothing is done twice, all nodes have the same ledger, and each
// proof of it holds.
//
// The faults: links cut, lossy, slow; processes stopped for a while; a process that
// ends at each of the engine's own crash points; clocks that are wrong or jump; a disk
// that is full; a disk whose sync fails or is slow; entries sent again and entries of
// other networks; a key that signs on two machines; bytes flipped in a home and rows
// edited in its database; the same blocks executed under other settings.
//
// Faults of links and processes and faults of clocks and disks have a network each, and
// the two run side by side, for most of a fault is waiting. A plain run takes minutes;
// with the tag long it injects as often as docs/operate/assurance.md says. Each run
// prints its seed: it fixes which fault meets which node in which order, not what the
// machine does meanwhile.
//
//	go test ./e2e/faults -seed 12345
//	go test ./e2e/faults -run 'Ended/partitions'
//	go test -tags long -timeout 60m ./e2e/faults
package faults
