//go:build linux && !long

package history

// operations is how many a plain run records.
const operations = 10_000
