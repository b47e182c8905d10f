// Package gs1 reads and writes GS1 identifiers in all the ways they travel with
// a pack: barcode element strings, bracketed text, GS1 Digital Link addresses,
// EPC URNs and numbers typed by a person. It does no input or output, keeps no
// state, asks no clock and imports only the standard library.
//
// # What it keeps true
//
//   - One thing has one name. Every form of the same identifier gives the same
//     canonical Digital Link path: the primary key and at most one qualifier,
//     such as /01/00300010123455/21/1001, without domain or query, each byte
//     but A-Z a-z 0-9 - . _ ~ percent-encoded in upper case. Different
//     identifiers have different paths.
//   - An EPC URN always gives its path. The way back needs the number of digits
//     of the GS1 company prefix, from a PrefixTable; it is never guessed.
//   - Each value read is checked against the rules of its application
//     identifier: characters, length, check digit, date. What is refused is
//     refused with an Error whose Rule is one of Rules and whose Offset is
//     where the text goes wrong.
//   - The same text gives the same answer on every machine and day: the century
//     of a two-digit year is resolved around ReferenceYear.
//
// # Standards
//
// GS1 General Specifications (element strings, section 3 and 7; check digits
// 7.9; character sets 7.11; dates 7.12), the GS1 syntax dictionary (the table
// of application identifiers), GS1 Digital Link: URI syntax 1.x, the EPC Tag
// Data Standard (URNs, section 6), RFC 3986, and 21 CFR 207.33 (National Drug
// Code).
//
// # Reading a scan
//
//	scan, err := gs1.Parse("]d201003000101234552110011727123110LOT4711")
//	path, err := scan.Path() // /01/00300010123455/21/…
//
// Compressed Digital Links, EPC tag and raw URIs and the EPC schemes that have
// no GS1 key (gid, usdod, adi, bic, imovn) are refused.
package gs1
