//go:build long

package forged

// casesMax is how many objects are judged.
const casesMax = 1_000_000
