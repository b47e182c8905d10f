//go:build linux && long

package history

// operations is how many a long run records.
const operations = 200_000
