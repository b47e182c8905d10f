// Package dscsa reads and writes the document that goes with a shipment of
// medicines in the USA: transaction information (TI) of each package and the
// seller's transaction statement (TS), as FD&C Act sections 581(26), 581(27) and
// 582(g)(1) ask for them, in the form of the GS1 US guideline "Applying GS1
// Standards for DSCSA and Traceability" R1.2 and R1.3 (EPCIS 1.2 XML) and in EPCIS
// 2.0 JSON-LD.
//
// What the package keeps true:
//
//   - One event model for all versions: a shipment written in two of them has the
//     same event hashes.
//   - The shipping event names only the outermost containers, so what is inside is
//     inferred from the packing events. Everything that is known by inference alone
//     says so (Package.Inferred, Node.Inferred).
//   - A container's contents are those it had when it was shipped: unpacking is
//     followed, an event that was declared an error doesn't count, and what was
//     packed twice stays where it was first and is reported.
//   - A logistic unit (SSCC) has neither a serial number nor a lot or expiry date.
//   - A document is read as a stream. Memory depends on the number of things it
//     names, at most ThingsMax, and not on its length.
//   - Every finding has a remedy: who mends it, whether the goods or only the data
//     must wait, and how it is settled (RemedyOf).
//
// The package knows no clock and no store.
//
//	reading, err := dscsa.Read(file, dscsa.ReadOptions{File: "asn.xml", Now: now})
//	for node := range reading.Tree.All("") {
//		fmt.Println(node.Path, node.Lot, node.Inferred)
//	}
package dscsa
