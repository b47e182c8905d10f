// Package witness watches that a ledger's log of events only ever grows, for those
// who weren't there. Validators who agree among themselves can rewrite what they
// signed; they can't make a witness, who runs apart from them, forget what it saw.
//
// A witness asks a node, again and again, for a proof that leads from the header
// that it saw last to a later one (proof.ConsistencyProof). It verifies both headers
// against its own trust file, that the first is the one it saw, and that the later
// log begins with the earlier one; notes the proof on its disk; and only then
// cosigns. What it signs is a checkpoint of C2SP (https://c2sp.org/tlog-checkpoint)
// with a timestamped Ed25519 cosignature (https://c2sp.org/tlog-cosignature):
//
//	pedigree/CHAIN
//	number of events
//	root over them, in base64
//
//	— NAME signature, in base64
//
// The line of the log's own signature is not there: the validators' signatures of
// the header, which the witness has verified, are in its place.
//
// What it keeps true:
//   - two cosigned checkpoints of one witness are of one log: the later begins with
//     the earlier;
//   - what was seen is on the disk before the cosignature leaves;
//   - two different headers of one height, each signed by the validators, are kept
//     as a file that anybody with the trust file can check (ReadFork), and that
//     names both and who signed both; nothing is cosigned after it;
//   - a proof that doesn't hold is never taken for a fork: it proves nothing.
//
// See the example of Verify.
package witness
