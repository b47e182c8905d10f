//go:build linux && !long

package kill

// killsWanted is how many processes are killed in a plain run.
const killsWanted = 40
