// Package netns gives each process of a test network a network stack of its own:
// Linux network namespaces, joined by one bridge, so that links can be cut, made
// lossy or slow between processes of one machine.
//
// What it keeps true:
//   - the members of a Net reach each other at their Lane's address and nothing
//     else; a program in the first namespace reaches them by Lane.Dial, whatever
//     was done to their links;
//   - a fault that was put on a lane is gone after Lane.Heal;
//   - nothing is left behind: a namespace lives as long as the process that made
//     it, and Close removes the bridge.
//
// It needs Linux, root, and the commands ip, nsenter and iptables; Usable says
// which of them is missing.
//
//	net, err := netns.New(4)
//	defer net.Close()
//	cmd := net.Lanes[0].Command("pedigree", "start", "--home", home)
//	net.Lanes[0].Drop(net.Lanes[1]) // what lane 1 sends does not reach lane 0
package netns
