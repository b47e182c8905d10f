//go:build !upgradetest

package node

import "pedigree/ledger"

// rulesVersion is the highest version of the rules that this program executes.
const rulesVersion = ledger.FirstVersion
