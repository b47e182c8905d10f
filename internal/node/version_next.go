//go:build upgradetest

package node

// rulesVersion is that of a program that stands for the next release in tests: it
// executes a version of the rules that differs in nothing but its number.
const rulesVersion = firstVersion + 1
