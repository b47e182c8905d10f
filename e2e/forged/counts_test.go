//go:build !long

package forged

// casesMax is how many objects are judged.
const casesMax = 50_000
