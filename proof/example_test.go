package proof_test

import (
	"fmt"
	"os"

	"pedigree/proof"
)

// A pharmacist checks the file that came with a package.
func Example() {
	trustJSON, err := os.ReadFile("../docs/internals/vectors/trust.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.ReadFile("../docs/internals/vectors/unit.pedigree")
	if err != nil {
		fmt.Println(err)
		return
	}
	trust, err := proof.ParseTrust(trustJSON)
	if err != nil {
		fmt.Println(err)
		return
	}
	object, err := proof.Open(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := object.(proof.Bundle).Verify(trust, proof.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Outcome(), report.Unit.GTIN, report.Unit.Serial, report.Member.Name)

	file[2000] ^= 1
	object, err = proof.Open(file)
	if err == nil {
		_, err = object.(proof.Bundle).Verify(trust, proof.Options{})
	}
	fmt.Println("after a change:", proof.FailedPart(err))
	// Output:
	// proved 09504000059118 0020003 Maker One
	// after a change: header
}
