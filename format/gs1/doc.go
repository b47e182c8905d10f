// Package gs1 reads and writes GS1 identifiers in all the ways they travel with
// a pack: barcode element strings, bracketed text, GS1 Digital Link addresses,
// EPC URNs and patterns, and numbers typed by a person. It keeps no state, asks
// no clock, reads nothing but what it is given, and imports only the standard
// library.
//
// # What it keeps true
//
//   - One thing has one name. Every form of the same identifier gives the same
//     canonical Digital Link path: the primary key and at most one qualifier,
//     such as /01/00300010123455/21/1001, without domain or query, each byte
//     but A-Z a-z 0-9 - . _ ~ percent-encoded in upper case. Different
//     identifiers have different paths.
//   - An EPC URN of a GS1 key always gives its path. The way back needs the
//     number of digits of the GS1 company prefix, from a PrefixTable: prefixes
//     given, learnt from URNs, or GS1's own list. It is never guessed.
//   - Each value read is checked against the rules of its application
//     identifier: characters, length, check digit, date. What is refused is
//     refused with an Error whose Rule is one of Rules and whose Offset is
//     where the text goes wrong.
//   - The same text gives the same answer on every machine and day: the century
//     of a two-digit year is resolved around ReferenceYear.
//
// # Standards
//
// Each of Rules names its own source. By family:
//
//   - Application identifiers, lengths, characters, lots and serials, codes and
//     values (charset, digits, length, code, value, unknown-ai): GS1 General
//     Specifications, sections 3 and 7.11, and the GS1 syntax dictionary, all of
//     whose rows, linters and attributes are enforced. Of its linters gcppos1 and
//     gcppos2 only ask for digits where a company prefix must stand: whether GS1
//     licensed it, a PrefixList can be asked.
//   - Check digits and pairs (check-digit, check-characters): General
//     Specifications, section 7.9; ISO 6346 for containers, the IMO number
//     scheme for vessels, ISO 13616 for accounts.
//   - Dates and times (date, time): General Specifications, sections 3 and 7.12.
//   - Elements together (repeated-ai, missing-ai, excluded-ai): General
//     Specifications, section 4.13; the dictionary's req and ex.
//   - Codes as readers send them (separator, symbology): General Specifications,
//     sections 5 and 7.8; ISO/IEC 15424. Brackets: section 4.14.
//   - Addresses (uri, percent, compressed, no-key, qualifier, attribute): GS1
//     Digital Link: URI syntax, and RFC 3986. Only http and https, as the
//     standard says.
//   - EPC URNs (urn, urn-scheme, prefix-length): EPC Tag Data Standard, section
//     6.3; patterns (pattern): section 8; conversion (prefix-length-unknown):
//     section 7.
//   - Company prefixes (prefix-overlap): General Specifications, section 1.4;
//     GS1's published list of their lengths (prefix-list).
//   - National Drug Codes (ndc, ndc-split-unknown): 21 CFR 207.33.
//
// # Reading a scan
//
//	scan, err := gs1.Parse("]d201003000101234552110011727123110LOT4711")
//	path, err := scan.Path() // /01/00300010123455/21/…
//
// Compressed Digital Links and the EPC URIs of an RFID tag's memory (tag, raw and
// pat) are refused. The EPC schemes that have no GS1 key (gid, usdod, adi, bic,
// imovn) are checked by CheckEPC, and have no path.
package gs1
