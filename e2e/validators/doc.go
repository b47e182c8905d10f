//go:build linux

// Package validators changes the validators of a running network of four companies
// under load: half of the power in one block, a member's own removal, keys used again,
// and changes while nodes are killed or cut off. What the rules do not allow is refused
// before it is in force, and after each change the network must go on; at the end all
// that package cluster holds true is checked: among it that every receipt, from before
// and after each change, verifies with the founding file alone.
//
//	go test ./e2e/validators -seed 12345
package validators
