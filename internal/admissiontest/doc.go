// Package admissiontest says how entries are let onto the ledgers of a run's end-to-end
// tests: in Go, of scripts, and in browsers. The environment variable PEDIGREE_ADMISSION
// chooses it for all of them.
package admissiontest
