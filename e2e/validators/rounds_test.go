//go:build linux && !long

package validators

// rounds is how often a plain run goes through the rows.
const rounds = 1
