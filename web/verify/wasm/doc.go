// Command wasm is the verifier for browsers: package proof behind one JavaScript
// function. It is built with GOOS=js GOARCH=wasm by web/verify/build.
//
// Once it runs, pedigreeVerify(object, trustJSON, nonce) takes a Uint8Array, a
// string, and a Uint8Array (empty: nobody was asked), and gives a proof.Report as
// JSON with two more members: outcome, and the trust file's fingerprint. It never
// throws; what can't be read is a report too.
package main
