//go:build !unix

package engine

import "os"

// lockFile can't lock here; the store's own lock keeps a second process away.
func lockFile(*os.File) error { return nil }
