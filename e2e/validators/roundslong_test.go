//go:build linux && long

package validators

// rounds is how often a long run goes through the rows.
const rounds = 10
