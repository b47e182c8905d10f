package node

import "strings"

// drillChain begins the chain id of every network that is for drills, and of no other.
// The id is under every signature, so all members agree on it, no node can take it off,
// and nothing signed in a drill counts anywhere else.
const drillChain = "drill-"

// DrillChain is the chain id of a drill that is called by a name.
func DrillChain(name string) string { return drillChain + strings.TrimPrefix(name, drillChain) }

// IsDrill tells whether a network is for drills: its goods, recalls and cases are practice.
func IsDrill(chainID string) bool { return strings.HasPrefix(chainID, drillChain) }
