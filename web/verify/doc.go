// Package verify writes a web page that checks receipts and provenance bundles
// by itself: one file, to keep, to send or to open from disk, with the verifier
// (package proof as WebAssembly) inside.
//
// What it keeps true: the page asks nothing of any network, which its own content
// security policy forbids; only its own two scripts can run in it, named by their
// hashes; and what it shows comes from proof.Check alone. It can't keep true that
// a page is the one it seems: whoever sends a page can send another one. So it
// shows the fingerprint of the trust file it used and says to compare it.
//
// Write a page with a bundle inside:
//
//	page, err := verify.Page(verify.Given{Object: bundle, Trust: trustJSON, Name: "unit.pedigree"})
//
// The verifier is built by go run ./web/verify/build; see Ready.
package verify
