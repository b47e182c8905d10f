package network_test

import (
	"strings"
	"testing"

	"pedigree/domain/network"
)

func TestAnAddressIsAHostAndAPort(t *testing.T) {
	label := strings.Repeat("a", network.HostLabelMax)
	longest := strings.Repeat(label+".", 3) + strings.Repeat("a", 61)
	if len(longest) != network.HostNameMax || len(longest)+6 != network.AddrMax {
		t.Fatalf("the longest name has %d bytes", len(longest))
	}
	for addr, good := range map[string]bool{
		"a.example:26656": true, "localhost:1": true, "10.0.0.1:65535": true, "[::1]:80": true, "[2001:db8::192.0.2.1]:80": true,
		"xn--bcher-kva.example:443": true, longest + ":26656": true, label + ":1": true,
		"": false, ":80": false, "a.example": false, "a.example:": false, "a.example:0": false, "a.example:080": false, "a.example:65536": false,
		"a.example:123456": false, "a.example:8o": false, "A.example:80": false, "user@a.example:80": false, "a_b:80": false, "-a:80": false,
		"a-:80": false, "a..b:80": false, ".a:80": false, "a.:80": false, "a b:80": false, "ä.example:80": false, "a/b:80": false, "a:80\n": false,
		"::1:80": false, "[::1:80": false, "[]:80": false, "[fe80::1%eth0]:80": false, "[::G]:80": false, "[abcd]:80": false, "[:]:80": false,
		longest + "a:1": false, label + "a:1": false, "[" + strings.Repeat("1:", 23) + "]:1": false,
	} {
		err := peer("alpha", "a1", addr).Validate()
		if addr == "" { // a node may have none
			good = true
		}
		if (err == nil) != good {
			t.Errorf("address %q of a node: %v", addr, err)
		}
	}
}

// digits repeats two digits to the length of a node id.
func digits(pair string) string { return strings.Repeat(pair, network.NodeIDSize/2) }

func TestANodeIDIsFortyDigits(t *testing.T) {
	for id, good := range map[string]bool{
		digits("0f"): true, "": false, digits("0f") + "0": false, digits("0f")[1:]: false, digits("0F"): false, digits("0g"): false,
	} {
		if err := (&network.WithdrawPeer{Member: "alpha", NodeID: id}).Validate(); (err == nil) != good {
			t.Errorf("node id %q: %v", id, err)
		}
	}
}
