//go:build !long

package trace_test

// modelSteps is how many random acts each of rapid's runs makes.
const modelSteps = 25
