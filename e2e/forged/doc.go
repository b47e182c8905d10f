// Package forged gives changed receipts, bundles, proofs and forks to two verifiers
// that were written apart: package proof, and the reader in JavaScript in e2e/reader.
//
// What its test keeps true: both verifiers come to the same outcome, height and number of
// alerts on each. A fault that both have would not be seen here. Objects are
// the published vectors, changed in bits, in length, in whole CBOR items and in the
// hashes of paths, put together from two, and judged by trust files of other chains,
// heights and validators, with nonces and witness policies that were not asked for. The
// seed of a run is in its log; FORGED_SEED runs it again.
//
//	go test ./e2e/forged
//	go test -tags long -timeout 60m ./e2e/forged
package forged
