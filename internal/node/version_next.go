//go:build upgradetest

package node

import "pedigree/ledger"

// rulesVersion is that of a program that stands for a later release in tests: it
// knows a version that the members may skip, and the one after. Both ask for longer
// notice of an upgrade than the first does (package network), and differ in nothing
// else.
const rulesVersion = ledger.FirstVersion + 2
