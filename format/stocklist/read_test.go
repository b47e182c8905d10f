package stocklist

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/format/dscsa"
	"pedigree/internal/pagetest"
)

//go:generate go test -count=1 -run ^TestTheStockListPageIsFresh$ . -update

var update = flag.Bool("update", false, "write docs/reference/stock-list.md anew")

// Of the lines in these tests: a pack, and a logistic unit.
const (
	gtin = "00399991123455" // NDC 99991-123-45
	sscc = "003999910000000015"
)

// readAll reads a list into lines and faults, one text each.
func readAll(t testing.TB, list string) (lines []Line, faults []Fault, err error) {
	t.Helper()
	_, err = Read(strings.NewReader(list), Options{}, func(l *Line) error {
		lines = append(lines, *l)
		return nil
	}, func(f Fault) error {
		faults = append(faults, f)
		return nil
	})
	return lines, faults, err
}

func TestAListIsReadHoweverItIsWritten(t *testing.T) {
	want := Line{
		Number: 2, Path: "/01/" + gtin + "/21/1001", Kind: dscsa.KindPack, GTIN: gtin, Serial: "1001", Lot: "LOT-7A", Expiry: "2028-06-30",
		In: "/00/" + sscc, Place: "0614141000012", Status: Available, Received: "2025-11-03", SellerGLN: "0399991000015", Seller: "Sample Wholesale", Reference: "PO-7",
	}
	const head, cells = "GTIN,Serial Number,Lot No.,Expiration Date,Parent,Location GLN,Status,Date Received,Seller GLN,Supplier,PO #",
		gtin + ",1001,LOT-7A,2028-06-30," + sscc + ",0614141000012,In stock,2025-11-03,0399991000015,Sample Wholesale,PO-7"
	code := "(01)" + gtin + "(17)280630(10)LOT-7A(21)1001"
	rest := "," + sscc + ",0614141000012,available,2025-11-03,0399991000015,Sample Wholesale,PO-7"
	const itemHead = "item,inside,place,status,received,seller gln,seller,reference"
	for name, list := range map[string]string{
		"commas":                            head + "\n" + cells + "\n",
		"a byte order mark and CRLF":        "\xef\xbb\xbf" + head + "\r\n" + cells + "\r\n",
		"semicolons":                        strings.ReplaceAll(head+"\n"+cells, ",", ";"),
		"tabs":                              strings.ReplaceAll(head+"\n"+cells, ",", "\t"),
		"quotes":                            head + "\n\"" + strings.ReplaceAll(cells, ",", `","`) + "\"",
		"another order":                     "PO #," + strings.TrimSuffix(head, ",PO #") + "\nPO-7," + strings.TrimSuffix(cells, ",PO-7"),
		"a column nobody knows":             head + ",Bin\n" + cells + ",A-7",
		"empty cells at the end":            head + "\n" + cells + ",,,",
		"empty lines":                       head + "\n" + cells + "\n,,,,,\n",
		"numbers kept as text":              head + "\n=\"" + gtin + `",` + strings.TrimPrefix(cells, gtin+","),
		"an apostrophe before a number":     head + "\n'" + cells,
		"a National Drug Code":              strings.Replace(head, "GTIN", "NDC", 1) + "\n99991-123-45" + strings.TrimPrefix(cells, gtin),
		"a GTIN of 12 digits":               head + "\n" + strings.TrimPrefix(cells, "00"),
		"the code on the pack":              itemHead + "\n" + code + rest,
		"its element string":                itemHead + "\n01" + gtin + "1728063010LOT-7A\x1d211001" + rest,
		"its Digital Link":                  itemHead + "\nhttps://id.gs1.org/01/" + gtin + "/10/LOT-7A/21/1001?17=280630" + rest,
		"the code, and columns that agree":  "item,gtin,lot,exp,inside,place,status,received,seller gln,seller,reference\n" + code + "," + gtin + ",LOT-7A,30-JUN-2028" + rest,
		"what it is in by the column sscc":  strings.Replace(head, "Parent", "SSCC", 1) + "\n" + cells,
		"the seller's GLN for its name":     strings.Replace(strings.Replace(head, "Seller GLN", "vendor", 1), ",Supplier,", ",x,", 1) + "\n" + cells,
		"a quote within a cell":             head + ",Remark\n" + cells + `,5" shelf`,
		"the day with a time":               head + "\n" + strings.Replace(cells, "2028-06-30", "2028-06-30 00:00:00", 1),
		"words for nothing in unread cells": head + ",Quantity\n" + cells + ",N/A",
	} {
		lines, faults, err := readAll(t, list)
		if err != nil || len(faults) > 0 || len(lines) != 1 {
			t.Errorf("%s: %d lines, %+v, %v", name, len(lines), faults, err)
			continue
		}
		w := want
		if name == "the seller's GLN for its name" {
			w.Seller = ""
		}
		if diff := cmp.Diff(w, lines[0]); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

func TestWhatIsWrongWithALineIsNamedAndNeverGuessed(t *testing.T) {
	with := func(head, cells string) string { return "gtin,serial,lot,expiry" + head + "\n" + cells }
	good := gtin + ",1001,LOT-7A,2028-06-30"
	for _, c := range []struct{ name, list, rule, column, says string }{
		{"a rounded GTIN", with("", "3.99991E+11,1001,LOT-7A,2028-06-30"), RuleDamagedNumber, "gtin", "rounded"},
		{"a rounded GTIN with a comma", with("", `"3,99991E+11",1001,LOT-7A,2028-06-30`), RuleDamagedNumber, "gtin", "rounded"},
		{"a rounded serial number", with("", gtin+",1.23E+13,LOT-7A,2028-06-30"), RuleDamagedNumber, "serial", "rounded"},
		{"a rounded lot", with("", gtin+",1001,4E+07,2028-06-30"), RuleDamagedNumber, "lot", "rounded"},
		{"a serial number with decimals", with("", gtin+",1001.0,LOT-7A,2028-06-30"), RuleDamagedNumber, "serial", "decimals"},
		{"an SSCC of 15 digits and zeros", "sscc\n103999910000000000\n", RuleDamagedNumber, "sscc", "15 digits"},
		{"a GTIN without its zeros", with("", "0399991123,1001,LOT-7A,2028-06-30"), RuleLostZeros, "gtin", "10 digits where 14"},
		{"an SSCC without its zeros", "sscc\n3999910000000015\n", RuleLostZeros, "sscc", "16 digits where 18"},
		{"an NDC without its zeros", "ndc,serial\n123456789,1\n", RuleLostZeros, "ndc", "9 digits"},
		{"an NDC of ten digits", "ndc,serial\n9999112345,1\n", RuleNDC, "ndc", "cut off a zero"},
		{"a GTIN with a wrong digit", with("", "00399991123456,1001,LOT-7A,2028-06-30"), RuleGTIN, "gtin", "check digit"},
		{"a GTIN with a letter", with("", "0039999112345X,1001,LOT-7A,2028-06-30"), RuleGTIN, "gtin", "other than digits"},
		{"a product without a serial number", with("", gtin+",,LOT-7A,2028-06-30"), RuleNoSerial, "serial", "without a serial"},
		{"the code of a product", "item\n(01)" + gtin + "(10)LOT-7A\n", RuleNoSerial, "item", "not one pack"},
		{"the code of a place", "item\n(414)0614141000012\n", RuleItem, "item", "no pack"},
		{"nothing", with("", ",1001,LOT-7A,2028-06-30"), RuleNoItem, "", "neither"},
		{"a serial number of 21 characters", with("", gtin+",123456789012345678901,L,2028-06-30"), RuleSerial, "serial", ""},
		{"a lot with a sign", with("", gtin+",1001,LOT 7A~,2028-06-30"), RuleLot, "lot", ""},
		{"a lot that became a date", with("", gtin+",1001,Mar-21,2028-06-30"), RuleDamagedDate, "lot", "MAR21"},
		{"a date that became a number", with("", gtin+",1001,LOT-7A,46934"), RuleDamagedDate, "expiry", "spreadsheet"},
		{"a date that can be two", with("", gtin+",1001,LOT-7A,03/04/2028"), RuleAmbiguousDate, "expiry", "change places"},
		{"six digits that can be two dates", with("", gtin+",1001,LOT-7A,101128"), RuleAmbiguousDate, "expiry", "month, day and year"},
		{"a date that is none", with("", gtin+",1001,LOT-7A,2027-02-30"), RuleDate, "expiry", "no date"},
		{"the year 9999", with("", gtin+",1001,LOT-7A,9999-12-31"), RuleDate, "expiry", "between 2000 and 2099"},
		{"a formula", with("", gtin+",=1+1,LOT-7A,2028-06-30"), RuleFormula, "serial", "formula"},
		{"a formula that failed", with("", gtin+",#REF!,LOT-7A,2028-06-30"), RuleFormula, "serial", "failed"},
		{"a column too narrow", with("", gtin+",########,LOT-7A,2028-06-30"), RuleFormula, "serial", "failed"},
		{"a count", with(",qty", good+",12"), RuleQuantity, "qty", "says \"12\""},
		{"a status nobody knows", with(",status", good+",purple"), RuleStatus, "status", "purple"},
		{"a code and a lot that differ", "item,batch\n(01)" + gtin + "(10)LOT-7A(21)1001,LOT-7B\n", RuleDiffer, "batch", "LOT-7B"},
		{"a code and a date that differ", "item,expiry\n(01)" + gtin + "(17)280630(21)1001,2028-07-31\n", RuleDiffer, "expiry", "2028-07-31"},
		{"a code and a GTIN that differ", "item,gtin\n(01)" + gtin + "(21)1001,00361414123458\n", RuleDiffer, "gtin", "00361414123458"},
		{"a code and a serial number that differ", "item,serial\n(01)" + gtin + "(21)1001,1002\n", RuleDiffer, "serial", "1002"},
		{"more cells than columns", with("", good+",more"), RuleRecord, "", "5 cells"},
		{"a cell too long", with("", gtin+","+strings.Repeat("1", cellBytesMax+1)+",L,2028-06-30"), RuleRecord, "serial", "bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, faults, err := readAll(t, c.list)
			if err != nil || len(lines) > 0 || len(faults) != 1 {
				t.Fatalf("%d lines, %+v, %v", len(lines), faults, err)
			}
			if f := faults[0]; f.Rule != c.rule || f.Column != c.column || f.Line != 2 || !f.Out() || !strings.Contains(f.Text, c.says) {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestALineGoesInWithoutACellThatIsOnlyOfUse(t *testing.T) {
	head := "gtin,serial,inside,place,seller gln,seller,received\n" + gtin + ",1001,"
	for _, c := range []struct{ name, cells, rule string }{
		{"a container without its zeros", "3999910000000015,,,,", RuleInside},
		{"a container that is a product", gtin + ",,,,", RuleInside},
		{"itself as its container", "(01)" + gtin + "(21)1001,,,,", RuleInside},
		{"a place of 12 digits", ",061414100001,,,", RulePlace},
		{"a seller's number with a wrong digit", ",,0399991000012,,", RuleSeller},
		{"a name that runs backwards", ",,,abc\u202edef,", RuleText},
		{"a name that is too long", ",,," + strings.Repeat("x", textBytesMax+1) + ",", RuleText},
		{"a day that can be two", ",,,,03/04/2025", RuleReceived},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, faults, err := readAll(t, head+c.cells+"\n")
			if err != nil || len(faults) > 0 || len(lines) != 1 || len(lines[0].Notes) != 1 {
				t.Fatalf("%+v, %+v, %v", lines, faults, err)
			}
			if n := lines[0].Notes[0]; n.Rule != c.rule || n.Line != 2 || n.Out() {
				t.Errorf("%+v", n)
			}
			if l := lines[0]; l.In+l.Place+l.SellerGLN+l.Seller+l.Received != "" || l.Path == "" {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestDatesAreReadInTheFormsThatPeopleWrite(t *testing.T) {
	for text, want := range map[string]string{
		"2028-06-30": "2028-06-30", "20280630": "2028-06-30", "280630": "2028-06-30", "280600": "2028-06-30", "2028/06/30": "2028-06-30",
		"30.06.2028": "2028-06-30", "06/30/2028": "2028-06-30", "6/30/28": "2028-06-30", "06/06/2028": "2028-06-06", "30-Jun-2028": "2028-06-30",
		"30JUN2028": "2028-06-30", "Jun 30, 2028": "2028-06-30", "30 June 2028": "2028-06-30", "2028-06": "2028-06-30", "06/2028": "2028-06-30",
		"FEB 2028": "2028-02-29", "Feb-2027": "2027-02-28", "2028-06-30T12:00:00Z": "2028-06-30",
	} {
		if day, rule, why := readDay(text); day != want || rule != "" {
			t.Errorf("%q is %s, %s %s", text, day, rule, why)
		}
	}
	for text, want := range map[string]string{
		"": RuleDate, "soon": RuleDate, "31-Foo-2028": RuleDate, "13/2028": RuleDate, "2028-13-01": RuleDate, "32/01/2028": RuleDate, "1999-12-31": RuleDate, "45000": RuleDamagedDate, "123": RuleDate,
	} {
		if day, rule, _ := readDay(text); rule != want || day != "" {
			t.Errorf("%q is %s, %s", text, day, rule)
		}
	}
}

func TestAFileThatIsNoListIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ list, says string }{
		"an empty file":              {"", "empty"},
		"a workbook":                 {"PK\x03\x04rest", "save the sheet as CSV"},
		"UTF-16":                     {"\xff\xfeg\x00", "UTF-16"},
		"no columns that tell packs": {"product,lot\n", "its first line must name"},
		"a GTIN without serial":      {"gtin,lot\n", "serial number"},
		"one thing in two columns":   {"gtin,serial,lot,batch\n", "both hold the lot"},
		"a quote that isn't closed":  {"gtin,serial\n\"" + strings.Repeat("x", 2*recordBytesMax), "a quote may not be closed"},
		"too many columns":           {strings.Repeat("x,", columnsMax) + "gtin,serial\n", "columns, more than"},
	} {
		if _, _, err := readAll(t, c.list); !errors.Is(err, ErrFile) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := readAll(t, strings.Repeat("x,", columnsMax-2)+"gtin,serial\n"); err != nil {
		t.Errorf("%d columns: %v", columnsMax, err)
	}
}

func TestALimitOfLinesIsTakenAndOneMoreIsNot(t *testing.T) {
	const most = 3
	for _, n := range []int{most, most + 1} {
		list := "gtin,serial\n" + strings.Repeat(gtin+",1\n", n)
		read := 0
		_, err := Read(strings.NewReader(list), Options{linesMax: most}, func(*Line) error { read++; return nil }, func(Fault) error { return nil })
		if read != most || errors.Is(err, ErrFile) != (n > most) {
			t.Errorf("of %d lines %d are read: %v", n, read, err)
		}
	}
}

func TestWhoTakesLinesCanEndTheReading(t *testing.T) {
	enough := errors.New("enough")
	stop := func(f Fault) error { return enough }
	if _, err := Read(strings.NewReader("gtin,serial\n1,2\n3,4\n"), Options{}, func(*Line) error { return nil }, stop); !errors.Is(err, enough) {
		t.Error(err)
	}
}

// TestTheStockListPageIsFresh holds docs/reference/stock-list.md against the code.
func TestTheStockListPageIsFresh(t *testing.T) {
	columns := "| column | also as | holds |\n| --- | --- | --- |\n"
	for _, c := range Columns {
		columns += fmt.Sprintf("| %s | %s | %s |\n", c.Column, strings.Join(strings.Fields(c.Names), ", "), c.Holds)
	}
	rules := "| rule | when | what to do | the line |\n| --- | --- | --- | --- |\n"
	for _, r := range Rules {
		what := "goes in without it"
		if r.Out {
			what = "is left out"
		}
		rules += fmt.Sprintf("| `%s` | %s | %s | %s |\n", r.Rule, r.Text, r.Next, what)
	}
	pagetest.Tables(t, filepath.Join("..", "..", "docs", "reference", "stock-list.md"), map[string]string{"columns": columns, "lines": rules}, *update)
}

func FuzzRead(f *testing.F) {
	f.Add("gtin,serial,lot,expiry\n" + gtin + ",1001,LOT-7A,2028-06-30\n")
	f.Add("item;inside\n(01)" + gtin + "(21)1;" + sscc + "\n")
	f.Add("\xef\xbb\xbfndc\tsn\n99991-123-45\t1.23E+13\n")
	f.Add("sscc|status\n" + sscc + "|\"sold\n")
	f.Fuzz(func(t *testing.T, list string) {
		lines, faults, _ := readAll(t, list)
		for _, l := range lines {
			if l.Path == "" || l.Kind == 0 || l.Number < 1 || (l.GTIN == "") != (l.Serial == "") {
				t.Errorf("%+v", l)
			}
			if l.Expiry != "" {
				if day, rule, _ := readDay(l.Expiry); day != l.Expiry || rule != "" {
					t.Errorf("expiry %q reads as %q", l.Expiry, day)
				}
			}
		}
		for _, f := range faults {
			if !f.Out() || f.Text == "" {
				t.Errorf("%+v", f)
			}
		}
	})
}

func ExampleRead() {
	list := "NDC;S/N;Serial;Lot;Exp\n99991-123-45;1;100000000001;LOT-7A;30-JUN-2028\n99991-123-45;2;1.23E+13;LOT-7A;30-JUN-2028\n"
	_, err := Read(strings.NewReader(strings.ReplaceAll(list, "S/N;", "#;")), Options{}, func(l *Line) error {
		fmt.Println(l.Number, l.Path, l.Lot, l.Expiry)
		return nil
	}, func(f Fault) error {
		fmt.Println(f.Line, f.Rule)
		return nil
	})
	fmt.Println(err)
	// Output:
	// 2 /01/00399991123455/21/100000000001 LOT-7A 2028-06-30
	// 3 list/damaged-number
	// <nil>
}
