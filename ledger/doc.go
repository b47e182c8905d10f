// Package ledger is the kernel: signed entries in one order, typed state maps,
// events, errors with stable codes, limits, and modules as data.
//
// What it keeps true:
//   - the same blocks give the same state, events and results everywhere: there
//     is no clock, no input or output, no float, no map order, no goroutine here;
//   - an envelope is kept or dropped whole;
//   - an entry id is accepted once until it could no longer be accepted anyway,
//     and stays spent when a rule refuses the entry;
//   - signatures are judged by ZIP-215, alone and in batches alike;
//   - a rule touches state through typed maps only, and nothing that can change a
//     result stands outside the application hash.
//
// Encodings are those of package proof (RFC 8949 section 4.2.1 deterministic
// CBOR); docs/internals/encoding.md has every byte. A module is a Module value:
//
//	var Module = ledger.Module{
//		Name:    "trace",
//		Needs:   []string{"org"},
//		Entries: []ledger.EntryKind{ledger.Entry[Ship]("ship")},
//		Maps:    []ledger.MapInfo{records.Info()},
//	}
package ledger
