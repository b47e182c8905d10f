//go:build unix

package exchange

import (
	"errors"
	"syscall"
)

// isFull tells whether the disk has no room, for now.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
