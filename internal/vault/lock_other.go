//go:build !unix

package vault

import "os"

// lockFile can't lock here; the operator starts one process for each folder.
func lockFile(*os.File) error { return nil }
