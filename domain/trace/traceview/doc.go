// Package traceview is the private half of the custody rules: one organisation's
// stock, documents, keys and openings, and the workflows that turn EPCIS events
// into custody operations (capture, ship, receive, dispense) and answer about a
// package (trace, provenance).
//
// What it keeps true:
//   - a document is stored before anything is made of it, and an envelope before
//     it is submitted, so that a crash at any point is resumed and nothing is
//     done twice;
//   - only events whose source owner is this organisation become operations; a
//     partner's file is stored, checked and matched, never turned into operations;
//   - a fact is shown with how it is known: proved by the ledger, signed by a
//     partner, or reported in a file.
//
// Standards: EPCIS 1.2 and 2.0 with CBV, GS1 US "Applying the GS1 Standards for
// DSCSA and Traceability" R1.2 and R1.3, FD&C Act section 582.
package traceview
