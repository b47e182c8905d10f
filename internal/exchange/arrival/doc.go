// Package arrival looks into documents as they come in from partners, and says what
// their sender is told at once.
//
// An EPCIS document (EPCIS 1.2 and 2.0.1) is checked with package format/epcis and
// answered in one of three ways: accepted, accepted with findings, or rejected with
// findings. The answer is a program's and about the document; nothing of it is taken
// into stock, and a person still deals with it.
//
// What it keeps true:
//   - a document is rejected only for what no reader of the standard could use: it
//     can't be read, or breaks a rule of EPCIS, CBV or GS1 identifiers. What one
//     country's law asks beyond that (set dscsa) is a finding: the document alone
//     can't say which law it is under;
//   - the same document gets the same answer, whenever it is looked at: it is judged
//     as of when it arrived;
//   - a document of any size and shape costs bounded memory and time.
//
// A node registers the kind with its exchange:
//
//	err := x.Register(arrival.EPCIS(x))
package arrival
