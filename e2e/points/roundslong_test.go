//go:build linux && long

package points

// rounds is how often a long run ends a node at each point.
const rounds = 10
