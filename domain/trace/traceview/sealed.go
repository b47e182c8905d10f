package traceview

import (
	"database/sql"
	"fmt"
)

// What people wrote is sealed, and so is what quotes a document. Each value is bound to
// its row by one of these.

func dispenseContext(path string) string { return "trace dispense " + path }

func refusedContext(shipment []byte, path string) string {
	return fmt.Sprintf("trace refused %x %s", shipment, path)
}

func findingContext(doc, n int64) string { return fmt.Sprintf("trace finding %d %d", doc, n) }

func remedyContext(doc, n int64) string { return fmt.Sprintf("trace remedy %d %d", doc, n) }

func captureContext(doc int64) string { return fmt.Sprintf("trace capture %d", doc) }

// putDispense notes that a pack was dispensed, and why. Settled is nil while its end is
// still to be brought onto the ledger.
func (d *Desk) putDispense(tx *sql.Tx, path string, at int64, reason string, salt, settled []byte, orLeave string) error {
	sealed, err := d.vault.SealText(dispenseContext(path), reason)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO trace_dispense (path, at, reason, salt, entry) VALUES (?, ?, ?, ?, ?)`+orLeave, path, at, sealed, salt, settled)
	return err
}
