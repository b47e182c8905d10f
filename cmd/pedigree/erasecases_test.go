//go:build !long

package main

// erasures is how many records about persons a plain run erases.
const erasures = 20
