package engine

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/cometbft/cometbft/p2p"
)

// Dial connects with a node at an address whose name was resolved. It returns when
// the node proved that it has this id, and nil too when it is connected already. The
// connection is not made again when it ends.
func (n *Node) Dial(id string, at netip.AddrPort) error {
	if !nodeIDForm.MatchString(id) {
		return fmt.Errorf("couldn't connect: node id %q is not 40 lower-case hexadecimal digits", id)
	}
	if n.ended() {
		return errors.New("couldn't connect: the node stops")
	}
	addr := p2p.NewNetAddressIPPort(at.Addr().AsSlice(), at.Port())
	addr.ID = p2p.ID(id)
	err := n.engine.Switch().DialPeerWithAddress(addr)
	var busy p2p.ErrCurrentlyDialingOrExistingAddress
	if err == nil || errors.As(err, &busy) {
		return nil
	}
	return fmt.Errorf("couldn't connect with node %s: %w", id, err)
}
