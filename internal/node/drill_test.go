package node_test

import (
	"testing"

	"pedigree/internal/node"
)

func TestTheChainIDSaysWhetherANetworkIsForDrills(t *testing.T) {
	for chain, want := range map[string]bool{"drill-pilot": true, "drill-": true, "pilot": false, "drillers": false, "pilot-drill-1": false, "Drill-pilot": false, "": false} {
		if node.IsDrill(chain) != want {
			t.Errorf("IsDrill(%q) is %v", chain, !want)
		}
	}
	for _, name := range []string{"pilot", "drill-pilot"} {
		if got := node.DrillChain(name); got != "drill-pilot" || !node.IsDrill(got) {
			t.Errorf("DrillChain(%q) is %q", name, got)
		}
	}
}
