// Package kill ends nodes of a running network at random moments, as a power cut
// of the process would, and checks that nothing that was promised is lost and
// nothing is done twice.
//
// Four companies' nodes run as processes on loopback. Clients submit entries,
// capture documents, ship and receive without a pause; a killer sends SIGKILL to
// random nodes and starts them again. What it keeps true, after Jepsen's way of
// testing:
//
//   - an entry that was answered as committed is on every node, at the same
//     height and place, once;
//   - an entry whose answer was lost is on all nodes or on none, and sent again it
//     is still there once;
//   - a capture, shipment or receiving that was cut short is completed, and done
//     once;
//   - all nodes have the same application hash at every height, and their stores
//     hold what that hash says;
//   - receipts and state proofs verify with the founding file alone;
//   - a killed node answers again within seconds, and none takes more memory than
//     promised.
//
// A failing run prints its seed. The moments of the kills come from the seed; what
// the machine does meanwhile does not, so a seed narrows the search and no more:
//
//	go test ./e2e/kill -seed 12345
//	go test -tags long -timeout 60m ./e2e/kill
package kill
