// Command wasm is the verifier for browsers: package proof behind one JavaScript
// function. It is built with GOOS=js GOARCH=wasm by web/verify/build.
//
// Once it runs, pedigreeVerify(object, trustJSON, nonce) takes a Uint8Array, a
// string, and a Uint8Array (empty: nobody was asked), and gives a proof.Report as
// JSON with three more members: outcome, the trust file's fingerprint, and, where the
// header holds, who of the validators signed it. It never throws; what can't be read
// is a report too.
package main
