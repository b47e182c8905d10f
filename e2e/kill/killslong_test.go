//go:build linux && long

package kill

// killsWanted is how many processes are killed in a long run: enough to see a
// fault that shows once in a hundred kills with a chance of 95 in 100.
const killsWanted = 300
