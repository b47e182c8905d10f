package network

import "strings"

// checkAddr refuses what is not host:port. It is written out here because the
// libraries' ideas of an address change between releases, and validators may run
// different ones.
func checkAddr(what, addr string) error {
	colon := strings.LastIndexByte(addr, ':')
	if len(addr) > AddrMax || colon < 0 || !isHost(addr[:colon]) || !isPort(addr[colon+1:]) {
		return CodeBadField.Errorf("%s %q: use host:port of at most %d bytes, the host a name in lower case, an IPv4 address, or an IPv6 address in [ ]; no user, no path", what, addr, AddrMax)
	}
	return nil
}

// isHost accepts names and IPv4 addresses, which look alike, and IPv6 addresses in
// brackets without a zone. Whether they lead anywhere, no rule can know.
func isHost(host string) bool {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && len(inner) >= 2 && len(inner) <= 45 && strings.Contains(inner, ":") && only(inner, "0123456789abcdef:.")
	}
	if host == "" || len(host) > HostNameMax {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > HostLabelMax || strings.Trim(label, "-") != label || !only(label, "abcdefghijklmnopqrstuvwxyz0123456789-") {
			return false
		}
	}
	return true
}

// isPort accepts 1 to 65535 without leading zeros.
func isPort(port string) bool {
	if port == "" || len(port) > 5 || port[0] == '0' || !only(port, "0123456789") {
		return false
	}
	n := 0
	for _, d := range []byte(port) {
		n = 10*n + int(d-'0')
	}
	return n <= 65535
}

func only(s, letters string) bool { return strings.Trim(s, letters) == "" }

// checkNodeID refuses what is not the engine's id of a node.
func checkNodeID(id string) error {
	if len(id) != NodeIDSize || !only(id, "0123456789abcdef") {
		return CodeBadField.Errorf("node id %q: use the %d digits, 0-9 and a-f, that the node shows as its id", id, NodeIDSize)
	}
	return nil
}
