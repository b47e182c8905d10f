// Package pdg reads and writes the exception messages of the Partnership for DSCSA
// Governance (PDG): the report by which a receiver of medicines tells their sender what
// is wrong with them or their data and what it asks for, and the response.
//
// What it keeps true:
//   - what is written is true to the published JSON Schemas (dscsagovernance,
//     ExceptionsSchemas), and so is what is read;
//   - reading is stricter than the schemas: an unknown or repeated member, another
//     spelling of one, a text that is no UUID where one belongs, and anything over a
//     limit is refused with the place it stands at;
//   - a message of any content costs bounded memory and time;
//   - vp, a credential of the sender, is carried and never trusted.
//
// Texts of a message are its sender's: whoever shows them has to make markup harmless.
//
//	report, err := pdg.ReadReport(raw)
package pdg
