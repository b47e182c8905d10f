//go:build linux && !long

package points

// rounds is how often a plain run ends a node at each point.
const rounds = 1
