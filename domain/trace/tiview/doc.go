// Package tiview keeps what partners sent and what was sent to them: transaction
// information and transaction statements (TI and TS, FD&C Act sections 581(26) and
// 581(27)), for the six years of section 582, searchable and printable.
//
// What it keeps true:
//
//   - A document is stored before anything is made of it; what was interrupted is
//     taken up again and comes to the same.
//   - Each arrival is an entry. The same document from the same partner again, and
//     the same shipment again with equal events, is one document: the second entry
//     says of which it is a duplicate and adds nothing.
//   - A document is never changed. One that corrects another is linked to it; goods
//     that were received keep what they were received with.
//   - Of several documents about one shipment the one that its sender made last is in
//     force, in whatever order they come. They are known by their number, or by seller,
//     moment of shipping, order and a thing that they ship; one that only declares
//     events of another errors is read together with that.
//   - What is read of a document is what a receiver reads: by package dscsa, with
//     every rule, and its findings stay with it.
//   - Nothing of a document stands in the tables but identifiers, lots, dates and
//     states. Names, addresses, order numbers and the texts of findings are in the
//     sealed documents; an order number is found by a keyed mark.
//
// The package acts on no goods and writes nothing to the ledger.
//
//	entry, err := documents.Take(ctx, tiview.Arrival{Name: "asn.xml", Partner: "wholesaler", Way: tiview.WayUpload, Reader: file})
package tiview
