package gs1_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

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

// A desk whose keyboard writes <GS> where the code has its separator.
func ExampleOptions_Parse() {
	_, err := gs1.Parse("010030001012345517271200" + "10LOT4711<GS>211001")
	var refused *gs1.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.Rule, "at", refused.Offset)
	}
	scan, err := gs1.Options{FNC1: "<GS>"}.Parse("010030001012345517271200" + "10LOT4711<GS>211001")
	fmt.Println(scan.Elements, err)
	// Output:
	// gs1/separator at 33
	// [{01 00300010123455} {17 271200} {10 LOT4711} {21 1001}] <nil>
}

// A keyboard that drops the separator makes the serial part of the lot. A desk
// that expects a serial number asks whether that is what happened.
func ExampleScan_LostSeparator() {
	scan, _ := gs1.Parse("010030001012345517271200" + "10LOT4711" + "211001")
	lot, _ := scan.Lot()
	fmt.Println(lot)
	var refused *gs1.Error
	if errors.As(scan.LostSeparator(), &refused) {
		fmt.Println(refused.Text)
	}
	// Output:
	// LOT4711211001
	// the separator (FNC1) seems to be lost before "211001"
}

// A packing line prints the content of a DataMatrix; | shows the separator here.
func ExampleBuildElementString() {
	text, err := gs1.BuildElementString([]gs1.Element{{AI: "01", Value: "00300010123455"}, {AI: "21", Value: "1001"}, {AI: "17", Value: "271200"}, {AI: "10", Value: "LOT4711"}})
	fmt.Println(strings.ReplaceAll(text, "\x1d", "|"), err)
	// Output:
	// 0100300010123455211001|1727120010LOT4711 <nil>
}

// A GTIN becomes the drug's NDC; where its hyphens go, only the labeler table can
// say. The billing form of eleven digits goes back the same way.
func ExampleSplitNDC() {
	gtin, _ := gs1.ParseGTIN("00300010123455")
	ndc10, isNDC := gtin.NDC10()
	fmt.Println(ndc10, isNDC)
	labelers := gs1.Labelers{"0001": 4}
	fmt.Println(gs1.SplitNDC(ndc10, labelers))
	fmt.Println(gs1.SplitNDC11("00001012345", labelers))
	// Output:
	// 0001012345 true
	// 0001-0123-45 <nil>
	// 0001-0123-45 <nil>
}

// A place and a dock door within it, as URN and as Digital Link.
func ExampleSGLNPath() {
	gln, err := gs1.ParseGLN("0300010000015")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gs1.SGLNPath(gln, ""))
	fmt.Println(gs1.SGLNPath(gln, "D1"))
	fmt.Println(gs1.SGLNURN(7, gln, "D1"))
	// Output:
	// /414/0300010000015 <nil>
	// /414/0300010000015/254/D1 <nil>
	// urn:epc:id:sgln:0300010.00001.D1 <nil>
}

// Day 00 of an expiry date is the last day of its month.
func ExampleParseDate() {
	for _, text := range []string{"280200", "271231", "270231"} {
		date, err := gs1.ParseDate(text)
		var refused *gs1.Error
		if errors.As(err, &refused) {
			fmt.Println(text, refused.Text)
			continue
		}
		fmt.Println(text, date)
	}
	// Output:
	// 280200 2028-02-29
	// 271231 2027-12-31
	// 270231 month 02 of 2027 has 28 days, there is no day 31
}

// A repository answers a query for all items of a company, however the events
// name them.
func ExamplePattern_Matches() {
	pattern, err := gs1.ParsePattern("urn:epc:idpat:sgtin:0300010.*.*")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []string{"urn:epc:id:sgtin:0300010.112345.1001", "https://id.gs1.org/01/00300010123455/21/1001", "urn:epc:id:sgtin:0300011.112345.1001"} {
		fmt.Println(pattern.Matches(id))
	}
	class, _ := gs1.ParsePattern("urn:epc:idpat:sgtin:0300010.012345.*")
	fmt.Println(class.Path())
	// Output:
	// true
	// true
	// false
	// /01/00300010123455 <nil>
}

// EPCIS admits EPCs of schemes without a GS1 key too.
func ExampleCheckEPC() {
	for _, urn := range []string{"urn:epc:id:gid:95100000.12345.400", "urn:epc:id:bic:CSQU3054384"} {
		err := gs1.CheckEPC(urn)
		var refused *gs1.Error
		if errors.As(err, &refused) {
			fmt.Println(refused.Rule, refused.Text)
			continue
		}
		fmt.Println("right")
	}
	// Output:
	// right
	// gs1/check-digit the check digit is 4 but the other characters ask for 3
}

// A document's own URNs tell the company prefixes its Digital Links don't.
func ExamplePrefixesFromURNs() {
	prefixes, conflicts := gs1.PrefixesFromURNs(slices.Values([]string{"urn:epc:id:sgln:0300010.00001.0", "urn:epc:id:sgtin:03000101.12345.1"}))
	fmt.Println(gs1.URNFromPath("/01/00300010123455/21/1001", prefixes))
	for _, conflict := range conflicts {
		fmt.Println(conflict.Rule, conflict.Text)
	}
	// Output:
	// urn:epc:id:sgtin:0300010.012345.1001 <nil>
	// gs1/prefix-overlap the company prefix 03000101 contradicts 0300010, which was seen before
}

// GS1's list of company prefix lengths knows the companies no document names.
func ExampleReadPrefixList() {
	list, err := gs1.ReadPrefixList(strings.NewReader(`{"GCPPrefixFormatList":{"date":"2026-11-01T00:00:00Z","entry":[{"prefix":"0300010","gcpLength":7}]}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(gs1.URNFromPath("/01/00300010123455/21/1001", list))
	// Output:
	// urn:epc:id:sgtin:0300010.012345.1001 <nil>
}
