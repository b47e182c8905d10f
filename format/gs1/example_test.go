package gs1_test

import (
	"errors"
	"fmt"

	"pedigree/format/gs1"
)

// A dispenser scans the DataMatrix of a pack.
func ExampleParse() {
	scan, err := gs1.Parse("]d2010030001012345517271200" + "10LOT4711\x1d211001")
	if err != nil {
		fmt.Println(err)
		return
	}
	gtin, _ := scan.GTIN()
	serial, _ := scan.Serial()
	lot, _ := scan.Lot()
	expiry, _ := scan.Expiry()
	path, _ := scan.Path()
	fmt.Println(gtin, serial, lot, expiry)
	fmt.Println(path)
	// Output:
	// 00300010123455 1001 LOT4711 2027-12-31
	// /01/00300010123455/21/1001
}

// A refusal says which rule, where and what is wrong.
func ExampleParse_refused() {
	_, err := gs1.Parse("(01)00300010123455(17)270231")
	var refused *gs1.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Rule)
		fmt.Println(refused.Where, "at", refused.Offset)
		fmt.Println(refused.Text)
	}
	// Output:
	// gs1/date
	// AI 17 at 26
	// month 02 of 2027 has 28 days, there is no day 31
}

// An EPCIS reader names the things of an event by their canonical paths.
func ExamplePathFromURN() {
	for _, urn := range []string{
		"urn:epc:id:sgtin:0300010.012345.A%2F1",
		"urn:epc:id:sscc:0300010.1234567890",
		"urn:epc:id:sgln:0300010.00001.0",
	} {
		path, err := gs1.PathFromURN(urn)
		fmt.Println(path, err)
	}
	// Output:
	// /01/00300010123455/21/A%2F1 <nil>
	// /00/103000102345678901 <nil>
	// /414/0300010000015 <nil>
}

// An older trading partner needs EPC URNs back; only the table of company
// prefixes can say where the prefix ends.
func ExampleURNFromPath() {
	prefixes, err := gs1.NewPrefixTable([]string{"0300010"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gs1.URNFromPath("/01/00300010123455/21/A%2F1", prefixes))
	_, err = gs1.URNFromPath("/01/04012345111118/21/1", prefixes)
	var refused *gs1.Error
	fmt.Println(errors.As(err, &refused), refused.Rule)
	// Output:
	// urn:epc:id:sgtin:0300010.012345.A%2F1 <nil>
	// true gs1/prefix-length-unknown
}

// A ledger checks that a commissioned pack belongs to the company that says so.
func ExamplePrefixMatches() {
	fmt.Println(gs1.PrefixMatches("0300010", "/01/10300010123452/21/1"))
	fmt.Println(gs1.PrefixMatches("0300010", "/01/04012345111118/21/1"))
	// Output:
	// true
	// false
}

// A labeler prints what a person reads beside the DataMatrix.
func ExampleBuildBracketed() {
	scan, _ := gs1.Parse("https://id.gs1.org/01/00300010123455/10/LOT4711/21/1001?17=271231")
	text, _ := gs1.BuildBracketed(scan.Elements)
	fmt.Println(text)
	// Output:
	// (01)00300010123455(10)LOT4711(21)1001(17)271231
}

// A drug's NDC becomes the GTIN of its unit and of its case.
func ExampleGTINFromNDC() {
	ndc, err := gs1.ParseNDC("0001-0123-45")
	if err != nil {
		fmt.Println(err)
		return
	}
	unit, _ := gs1.GTINFromNDC(0, ndc.NDC10())
	box, _ := gs1.GTINFromNDC(1, ndc.NDC10())
	fmt.Println(unit, box, ndc.NDC11())
	// Output:
	// 00300010123455 10300010123452 00001012345
}
