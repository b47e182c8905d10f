//go:build !unix

package exchange

// isFull tells whether the disk has no room, for now.
func isFull(error) bool { return false }
