package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// Reach says to which addresses this node may connect. Addresses come from other
// members, who could name anything in this node's own network.
type Reach struct {
	// Private allows the private ranges (RFC 1918, RFC 4193, RFC 6598): for a
	// network whose members meet inside one, such as a VPN.
	Private bool
	// Loopback allows this machine itself: for trials and tests.
	Loopback bool
}

// errForbidden is an address that a member may not send this node to.
var errForbidden = errors.New("this address is not one that a partner can have")

// forbidden are ranges that lead to this machine, its neighbours or nowhere,
// whatever the configuration says (IANA special-purpose registries, RFC 6890), with
// the address at which one cloud answers its machines. Ranges that embed another
// address are among them, for the embedded one could be any of these.
var forbidden = prefixes(
	"0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
	"fe80::/10", "fec0::/10", "ff00::/8",
)

var (
	loopbackRanges = prefixes("127.0.0.0/8", "::1/128")
	privateRanges  = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
	// metadata are addresses inside the private ranges at which clouds answer their
	// machines with credentials.
	metadata = prefixes("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::254/128")
)

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func inAny(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Allows judges an address that a person names for a partner, by the rules under
// which it will be dialled.
func (r Reach) Allows(a netip.Addr) error { return r.allows(a) }

// Dialer connects to partners' addresses and holds to the same rules.
func (r Reach) Dialer() *net.Dialer { return r.dialer() }

// allows judges an address as it is dialled, after every name was resolved.
func (r Reach) allows(a netip.Addr) error {
	if a.Zone() != "" || a.Is4In6() {
		return fmt.Errorf("%w: %s is written in a form that hides where it leads", errForbidden, a)
	}
	switch {
	case inAny(loopbackRanges, a):
		if !r.Loopback {
			return fmt.Errorf("%w: %s is this machine itself", errForbidden, a)
		}
	case inAny(metadata, a), inAny(forbidden, a), !a.IsValid():
		return fmt.Errorf("%w: %s leads to this machine's neighbours or nowhere", errForbidden, a)
	case inAny(privateRanges, a):
		if !r.Private {
			return fmt.Errorf("%w: %s is private; exchange.private_networks allows it where members meet inside a private network", errForbidden, a)
		}
	}
	return nil
}

// dialer connects to members' addresses. The check is on the address that the
// system is about to connect to, so that a name that resolves otherwise the second
// time gains nothing.
func (r Reach) dialer() *net.Dialer {
	return &net.Dialer{Timeout: dialWait, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %q", errForbidden, address)
		}
		return r.Allows(at.Addr())
	}}
}
