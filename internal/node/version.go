//go:build !upgradetest

package node

// rulesVersion is the highest version of the rules that this program executes.
const rulesVersion = firstVersion
