// Package faultcorpus makes shipment documents to measure a checker with: good
// ones of every shape and form that partners send, and the same ones with one
// fault each.
//
// Standards: EPCIS 1.2 and 2.0, the GS1 US guideline "Applying GS1 Standards for
// DSCSA and Traceability" R1.2 and R1.3, FD&C Act sections 581(26) and 581(27).
//
// What the package keeps true:
//
//   - Every document is made by rule. No clock and no chance take part: the same
//     recipe gives the same bytes. Nothing is kept but the recipes.
//   - A spoiled document differs from a good one in one fault, which has an
//     everyday name (a kind, such as "lot-missing").
//   - What must be said of each kind stands in expected.txt, written by hand
//     before the checker was read, and it names no rule of the checker. Which
//     rules say it stands in codes.txt, written after the first run.
//   - What one document can't show (goods against data, one document against
//     another) stands there as two-document rows, for whoever tests these.
//
// Example:
//
//	for file, err := range faultcorpus.Faulty() {
//		if err != nil { ... }
//		reading, err := dscsa.Read(bytes.NewReader(file.Bytes), dscsa.ReadOptions{Now: faultcorpus.Now})
//		...
//	}
package faultcorpus
