// Package catalogview keeps what is known of products by their GTIN: National Drug
// Code, name, strength, form, size, manufacturer, and whose label and packing it is.
//
// What it keeps true:
//
//   - A fact has a source and a day from which it holds. A newer one stands beside
//     the older one; nothing is overwritten, so the catalogue of a past day can be told.
//   - Sources are ranked (Kinds), and the first that says something is shown, with
//     its name, and with the word of every other source that differs.
//   - Two sources that differ today are a conflict: a row that is open until a person
//     settles it, or until they agree again. A change of either opens it anew.
//   - A conflict never stops goods: catalogues differ more often than goods are wrong.
//   - That a product or a transaction is outside the law's duties is what a person or
//     a list says, with a day and a clause (Grounds); it is never told from a name.
//   - Values are sealed in the store; which GTINs there are is not.
//
// GTIN, company prefixes: GS1 General Specifications 2.1, 1.4. National Drug Codes:
// 21 CFR 207.33. Transaction information: FD&C Act section 581(26).
//
//	facts, found, err := catalogue.Product(tx, "00399991123455", day)
package catalogview
