// Package migrateview brings over from another system what a company has: the archive of
// its partners' documents, and its present stock, a list of packs, cases and logistic
// units, each with the grade of proof that it has.
//
// What it keeps true:
//
//   - A grade is never more than what there is: proved (the ledger shows the thing in our
//     custody), signed (a document that a partner's node signed names it), reported (a
//     document in the archive names it), own word (nothing but the list does). A thing
//     that becomes known better keeps the better grade.
//   - What contradicts the stock, the ledger or the archive is named with its line and
//     what to do, and stays out; the good part goes in.
//   - Nothing of it goes onto the ledger. Whether a thing may be sold is answered by the
//     same verdict as ever (package verdict).
//   - A file of any length is taken in short transactions, in bounded memory, as a job
//     that is taken up again after an interruption and done once.
//   - A document of an archive is taken once, by package tiview, whatever interrupts the
//     work; an archive is paused between two documents. The file itself is kept while it
//     is under way, and given again to go on.
//   - What was given first is done first, for the archive tells how well stock is known.
//   - The same list again changes nothing; a check changes nothing at all, and says what
//     the list would change.
//
// FD&C Act section 582(c)(1), (d)(1): who sells or dispenses must have had transaction
// information and statement from an authorised trading partner.
//
//	archived, err := migrations.Bring(ctx, migrateview.ArchiveRequest{Name: "2021.zip", Partner: "wholesaler", Reader: archive})
//	run, err := migrations.Stock(ctx, migrateview.Request{Name: "stock.csv", Check: true, Reader: file})
package migrateview
