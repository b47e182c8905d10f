// Package tryfile works on EPCIS documents that somebody tries: it checks, hashes,
// converts and compares them, for the command line and over HTTP.
//
// Standards: those of format/epcis, which does the work: EPCIS 1.1, 1.2 and 2.0, the
// event hash of the CBV (section 8.9), the GS1 US guideline for the DSCSA.
//
// What it keeps true:
//   - nothing of a document is kept when the answer is given: no row, no line of the
//     audit trail, no file. What has to be read more than once stands meanwhile in a
//     file without a name, under a key that only this process has;
//   - a document is read as a stream, in turns with the node's other work (see
//     internal/turns), and few at a time, fewer of one organisation;
//   - what is wrong with a document is a finding with its line, never a failed request;
//     only what can't be done at all is refused;
//   - lists are bounded, and say how much of them is left out.
//
// Checking a document:
//
//	checked, err := tryfile.Check(ctx, file, tryfile.CheckOptions{Name: "shipment.xml", Now: time.Now(), Listed: 100})
package tryfile
