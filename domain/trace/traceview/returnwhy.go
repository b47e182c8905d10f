package traceview

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/vault"
	"pedigree/ledger"
	"pedigree/proof"
)

// Reasons for which goods go back, as the shipment's document tells them.
const (
	ReturnExpired  = "expired"
	ReturnDamaged  = "damaged"
	ReturnRecalled = "recalled"
	ReturnOverage  = "overage"       // more came than was ordered
	ReturnWrong    = "wrong-product" // something else came than was ordered
	ReturnCustomer = "refused-by-customer"
	ReturnSuspect  = "suspect" // suspect or illegitimate
	ReturnOther    = "other"   // as its text says
)

// ReturnReasons are all reasons of returns, in the order in which they are told.
var ReturnReasons = []string{ReturnExpired, ReturnDamaged, ReturnRecalled, ReturnOverage, ReturnWrong, ReturnCustomer, ReturnSuspect, ReturnOther}

// ReturnNote is why goods go back, and what the two partners call it.
type ReturnNote struct {
	Reason string `json:"reason" enum:"expired,damaged,recalled,overage,wrong-product,refused-by-customer,suspect,other" doc:"Why they go back; the seller is told"`
	Text   string `json:"text,omitempty" maxLength:"200" doc:"In words; the seller is told. Required with other"`
	RMA    string `json:"rma,omitempty" maxLength:"64" doc:"The seller's number of its return authorisation"`
}

// check refuses a note that says too little or too much.
func (n ReturnNote) check() error {
	switch {
	case !slices.Contains(ReturnReasons, n.Reason):
		return ledger.CodeMalformed.Errorf("%.40q is no reason of a return; name one of %s", n.Reason, strings.Join(ReturnReasons, ", "))
	case n.Reason == ReturnOther && n.Text == "":
		return ledger.CodeMalformed.Errorf("say in words why the goods go back, for the reason is other")
	case len(n.Text) > ReturnTextMax:
		return ledger.CodeMalformed.Errorf("the words of the return have %d bytes where at most %d are kept", len(n.Text), ReturnTextMax)
	case len(n.RMA) > ReturnNumberMax:
		return ledger.CodeMalformed.Errorf("the number of the return authorisation has %d bytes where at most %d are kept", len(n.RMA), ReturnNumberMax)
	}
	return nil
}

// spaceReturn is the namespace in which a shipping event says why goods go back: CBV 2.0
// has a disposition for returned goods and a type for the authorisation, and none for
// the reason.
const spaceReturn = "urn:pedigree:return"

// tell writes why goods go back into their shipping event. The authorisation's number is
// the seller's (CBV 2.0, section 7.3: rma).
func (n ReturnNote) tell(e *epcis.Event, seller string) {
	if n.RMA == "" {
		e.Disposition = "returned"
	} else {
		e.BizTransactions = append(e.BizTransactions, epcis.BizTransaction{Type: "rma", ID: transactionURI(seller, n.RMA)})
	}
	for _, t := range []struct{ name, text string }{{"reason", n.Reason}, {"text", n.Text}} {
		if t.text != "" {
			e.Extensions = append(e.Extensions, epcis.Node{Name: epcis.Name{Space: spaceReturn, Local: t.name}, Prefix: "return", Text: t.text})
		}
	}
}

// returnNoteOf reads what a partner's shipping event says of why goods go back. What
// another program leaves out or calls otherwise is other.
func returnNoteOf(e *epcis.Event) ReturnNote {
	n := ReturnNote{Reason: ReturnOther, RMA: textUpTo(numberOf(e.Transaction("rma")), ReturnNumberMax)}
	for i := range e.Extensions {
		switch x := &e.Extensions[i]; x.Name {
		case epcis.Name{Space: spaceReturn, Local: "reason"}:
			if slices.Contains(ReturnReasons, x.Text) {
				n.Reason = x.Text
			}
		case epcis.Name{Space: spaceReturn, Local: "text"}:
			n.Text = textUpTo(x.Text, ReturnTextMax)
		}
	}
	return n
}

// numberOf takes the number out of the URN of a business document (CBV 2.0, section
// 8.5.2). Other URIs stay.
func numberOf(id string) string {
	rest, ok := strings.CutPrefix(id, "urn:epcglobal:cbv:bt:")
	_, escaped, cut := strings.Cut(rest, ":")
	if number, err := gs1.UnescapeURN(escaped); ok && cut && err == nil {
		return number
	}
	return id
}

// returnTold is the sealed part of a note.
type returnTold struct {
	Text string `json:"text,omitempty"`
	RMA  string `json:"rma,omitempty"`
}

// noteReturn keeps why the goods of a shipment go back.
func (d *Desk) noteReturn(tx *sql.Tx, shipment proof.Hash, direction int, n ReturnNote) error {
	sealed, err := sealJSON(d.vault, toldContext(shipment[:]), returnTold{n.Text, n.RMA})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO pick_return (shipment, direction, reason, told, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT (shipment) DO NOTHING`,
		shipment[:], direction, n.Reason, sealed, d.now().Unix())
	if err != nil {
		return fmt.Errorf("couldn't note why goods go back: %w", err)
	}
	return nil
}

// returnOf reads why the goods of a shipment go back; false where they don't.
func (d *Desk) returnOf(tx queryer, shipment proof.Hash) (ReturnNote, bool, error) {
	var n ReturnNote
	var sealed []byte
	err := tx.QueryRow(`SELECT reason, told FROM pick_return WHERE shipment = ?`, shipment[:]).Scan(&n.Reason, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return n, false, nil
	}
	if err == nil {
		err = openTold(d.vault, shipment[:], sealed, &n)
	}
	if err != nil {
		return n, false, fmt.Errorf("couldn't read why goods go back: %w", err)
	}
	return n, true, nil
}

// openTold reads the sealed part of a note.
func openTold(v *vault.Vault, shipment, sealed []byte, n *ReturnNote) error {
	plain, err := v.OpenValue(toldContext(shipment), sealed)
	if err != nil {
		return err
	}
	var t returnTold
	if err := json.Unmarshal(plain, &t); err != nil {
		return err
	}
	n.Text, n.RMA = t.Text, t.RMA
	return nil
}
