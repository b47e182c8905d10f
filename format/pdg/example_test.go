package pdg_test

import (
	"fmt"

	"pedigree/format/pdg"
)

// A pharmacy got more than it ordered, and keeps it.
func ExampleReport_Encode() {
	report := pdg.Report{
		Message: "446b282a-93c5-5859-8641-4b5571ba3878", Case: "c2a57e9f-3d54-5767-a9d1-82b08b3e7d61", Timestamp: 1772000000, PO: "PO-1",
		Sender: pdg.Contact{Email: "exceptions@pharmacy.example"},
		Exceptions: pdg.Exceptions{Overages: []pdg.Quantity{
			{Item: "ed86b24e-987e-5eb3-bb05-5d335c4da093", GTIN: "00399991123455", Ordered: 100, Received: 110, Resolution: pdg.DebitAccount},
		}},
	}
	raw, err := report.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	again, _, err := pdg.Read(raw)
	fmt.Println(again.Exceptions.Overages[0].Resolution, again.Closes(), err)
	// Output: Debit account false <nil>
}
