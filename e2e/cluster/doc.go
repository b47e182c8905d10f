//go:build linux

// Package cluster runs four companies' nodes as the processes they are, puts load
// on them as clients do, and checks afterwards that nothing that was promised was
// lost and nothing was done twice. Tests that end, cut off, starve or deceive nodes
// use it; what they inject is theirs.
//
// What Load.Check and Load.CheckStores hold true, after Jepsen's way of testing:
//
//   - an entry that was answered as committed is on every node, at the same
//     height and place, once;
//   - an entry whose answer was lost is on all nodes or on none, and sent again it
//     is still there once;
//   - a capture, shipment or receiving that was cut short is completed, and done
//     once;
//   - all nodes have the same block and the same application hash at every height,
//     their stores hold what that hash says, and what must always hold of custody
//     (package domain/trace) holds of it;
//   - receipts and state proofs verify with the founding file alone.
//
// The network is on the loopback, or, with Options.Lanes, each node in a network
// namespace of its own.
//
//	n := cluster.Found(t, cluster.Options{Program: program})
//	load := n.Load(seed)
//	... // inject
//	load.Finish(t.Context())
//	load.Check()
//	n.End()
//	load.CheckStores()
package cluster
