package node

import "pedigree/internal/engine"

// Brief is what a list of blocks tells of one. A block that this node forgot is told from
// one that never was.
func (n *Node) Brief(height int64) (engine.BlockBrief, error) {
	b, err := n.engine.Brief(height)
	return b, n.orPruned(err, height)
}

// Block is a committed block with its results.
func (n *Node) Block(height int64) (engine.CommittedBlock, error) {
	b, err := n.engine.Block(height)
	return b, n.orPruned(err, height)
}
