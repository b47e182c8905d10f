// Package caseview keeps exception cases: what doesn't match between goods and their
// data, until both sides have settled it.
//
// A case is in one of the five categories of the Healthcare Distribution Alliance
// (2023), usually at one scenario of its list, and is spoken of in the exception
// messages of the Partnership for DSCSA Governance (package format/pdg). The side that
// found it asks, the other answers; both keep the case under one id, each with its own
// owner, clock and evidence.
//
// What it keeps true:
//   - the same finding is one case, however often it is opened: by its key here, by its
//     id between two partners;
//   - every message that came or went is kept as it was, once; a message again changes
//     nothing, and an older one never undoes a newer one;
//   - a partner sees of a case what was sent to it, and can speak only of its own;
//   - a case always says whose turn it is, by when, and what the next step is;
//   - a case is settled by the side that asked, item by item, and only when what was
//     agreed is there: data that was taken in, goods that came or went back on the
//     ledger. A person's word stands only where nothing can be looked up, and is kept
//     as evidence with who gave it;
//   - a case never holds up goods by itself: flags do, and only those that somebody set
//     by escalating it.
//
// Texts, order numbers and what partners wrote are sealed in the store.
//
//	err := vault.Update(ctx, func(tx *sql.Tx) (err error) {
//		opened, err = cases.Open(tx, caseview.New{Key: key, Scenario: "2.1A", Org: "wholesaler", Items: items})
//		return err
//	})
package caseview
