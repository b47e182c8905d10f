// Package flood has one member of a network of four real nodes, and strangers, send
// far more than their share, and checks what must hold for the others:
//
//   - no entry of an honest organisation is refused, and each is committed; one whose
//     answer took too long is sent again, and is there once;
//   - no node's memory grows past a limit;
//   - once the flood ends, every node is rid of what waited within minutes, and the run prints how many;
//   - the network is whole afterwards, as package e2e/cluster has it.
//
// The member uses its own node, with keys of its own: entries up to fifty times its
// quota, of the largest size with as many signatures as one may have, that pass the
// door and fail in the block, that expire on the way, and without admission. Strangers
// send all that, and noise, to every port of every node.
//
// All share one machine's processors, the flood too. How much longer the honest wait is printed and not asserted, for a busy machine
// would decide it.
package flood
