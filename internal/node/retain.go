package node

// retain is the lowest height whose block this node must keep, where those below
// aged are old enough to go; 0 keeps all. Others must be able to join by the
// snapshots: they need the header of the oldest one and every block after it. And
// before a block goes, the links that lead readers past it are kept by themselves.
func (n *Node) retain(aged int64) int64 {
	if list := n.snapshots.shelf.List(); len(list) > 0 {
		aged = min(aged, list[0].Height)
	}
	if err := n.keepLinks(aged); err != nil {
		n.log.Error("couldn't keep the changes of validators by themselves; no block is given up", "error", err)
		return 0
	}
	return aged
}
