// Command build makes the verifier for browsers and writes pages with it.
//
//	go run ./web/verify/build                                    # into web/verify/built, for the next go build
//	go run ./web/verify/build -out verify.html                   # an empty page
//	go run ./web/verify/build -out unit.html -bundle unit.pedigree -trust trust.json
//
// It runs the Go toolchain and reads Go's own support script; it needs no network.
package main
