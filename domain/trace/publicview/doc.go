// Package publicview serves pages about a maker's products to everybody: what a GS1
// Digital Link on a package leads to.
//
// Standards: GS1 Digital Link URI syntax 1.2 and later (AI 01 with 22, 10, 21 and 235);
// GS1-Conformant Resolver 1.2.0 (linkset by content type and by linkType, the description
// at /.well-known/gs1resolver); RFC 9264 (linkset).
//
// What it keeps true:
//   - only products under the organisation's own company prefix on the ledger are spoken
//     of, and of them only what it entered itself, or what is public anyway (the National
//     Drug Code directory), and which lots are recalled;
//   - a serial number changes nothing: the answer for one that was made, for one that was
//     never made and for none are the same bytes, status and headers, for the number is
//     read and thrown away before anything is looked up;
//   - the pages need no script, load nothing, set no cookie, and count no visitor;
//   - one client asks so often and no more.
//
// The page of a product, and of one of its lots:
//
//	GET /01/00399991123455
//	GET /01/00399991123455/10/LOT-7A
package publicview
