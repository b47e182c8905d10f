//go:build long

package main

// erasures is how many records about persons a long run erases.
const erasures = 200
