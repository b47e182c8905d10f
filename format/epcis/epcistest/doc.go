// Package epcistest makes large DSCSA shipments out of thin air: as many
// pallets, cases and packs as asked for, commissioned, packed and shipped as the
// GS1 US guideline R1.3 shows, in EPCIS 1.2 XML or 2.0 JSON-LD. The demo, the
// benchmarks and tests of other packages share it.
//
// The same Shipment always gives the same bytes: no clock and no chance take
// part. Products, parties and their numbers are invented; the receiver has the
// GS1 company prefix 0614141, which the standards use in their examples. With the
// default sender, GTIN and NDC agree as they do on a US package.
//
//	s := epcistest.Shipment{Pallets: 2, CasesPerPallet: 10, PacksPerCase: 48}
//	err := s.WriteXML(file)
package epcistest
