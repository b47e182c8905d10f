package stocklist

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// ErrFile says that the file as a whole is no list of stock.
var ErrFile = errors.New("this is no list of stock")

// Column is what a column holds.
type Column string

// The columns.
const (
	ColumnItem      Column = "item"
	ColumnGTIN      Column = "gtin"
	ColumnNDC       Column = "ndc"
	ColumnSerial    Column = "serial"
	ColumnSSCC      Column = "sscc"
	ColumnLot       Column = "lot"
	ColumnExpiry    Column = "expiry"
	ColumnInside    Column = "inside"
	ColumnPlace     Column = "place"
	ColumnStatus    Column = "status"
	ColumnQuantity  Column = "quantity"
	ColumnReceived  Column = "received"
	ColumnSellerGLN Column = "seller gln"
	ColumnSeller    Column = "seller"
	ColumnReference Column = "reference"
)

// ColumnRow is a column with the names by which it is known, in small letters without
// anything but letters and digits, and what it holds.
type ColumnRow struct {
	Column Column
	Names  string
	Holds  string
}

// Columns are all columns.
var Columns = []ColumnRow{
	{ColumnItem, "item epc epcuri barcode datamatrix code scan elementstring digitallink uri sgtin identifier gs1", "what the code on the thing says: an element string with or without brackets, a Digital Link, an EPC URN. It stands for GTIN, serial number, lot and expiry date"},
	{ColumnGTIN, "gtin gtin14 gtin13 gtin12 itemgtin productgtin productcode ai01 01 upc ean", "GTIN of 14, 13, 12 or 8 digits"},
	{ColumnNDC, "ndc ndc10 ndc11 ndccode ndcnumber nationaldrugcode", "National Drug Code with hyphens, or eleven digits; instead of the GTIN of the single pack"},
	{ColumnSerial, "serial serialnumber serialno serialnr sn ai21 21", "serial number"},
	{ColumnSSCC, "sscc sscc18 ai00 00 licenseplate licenceplate lpn", "of a logistic unit; in the line of a pack or case, the one that it is in"},
	{ColumnLot, "lot lotnumber lotno lotnr lotcode batch batchnumber batchno batchlot lotbatch ai10 10", "lot"},
	{ColumnExpiry, "expiry expirydate expirationdate expiration expires expdate exp expirydt ai17 17 useby", "last day of its expiry date"},
	{ColumnInside, "inside in container parent parentepc parentcode parentsscc casesscc palletsscc packedin aggregatedin containersscc parentserial", "what it is in: an SSCC, or GTIN and serial number as an element string"},
	{ColumnPlace, "place gln placegln location locationgln site sitegln warehouse warehousegln ai414 414", "GLN of the place where it is"},
	{ColumnStatus, "status state disposition condition stockstatus", "available, quarantine or sold, or a usual word for them"},
	{ColumnQuantity, "quantity qty count units onhandqty", "1; a line is one thing"},
	{ColumnReceived, "received receivedon receiveddate receiptdate datereceived receivedat", "day on which it came"},
	{ColumnSellerGLN, "sellergln suppliergln vendorgln sellernumber fromgln", "GLN of who sold it"},
	{ColumnSeller, "seller sellername supplier suppliername vendor vendorname purchasedfrom", "name of who sold it, or its GLN"},
	{ColumnReference, "reference ref document documentreference documentnumber po ponumber purchaseorder invoice invoicenumber asn desadv", "of the document with which it came"},
}

var byName = func() map[string]Column {
	m := map[string]Column{}
	for _, c := range Columns {
		for _, name := range strings.Fields(c.Names) {
			m[name] = c.Column
		}
	}
	return m
}()

// Head says what the first line of a list names.
type Head struct {
	Names   []string // as the file has them
	Columns []Column // what each one holds; empty for one that isn't known
	Unknown []string // names that aren't known, whose cells aren't read
	Comma   rune     // what separates cells
}

func (h *Head) has(c Column) bool { return h.at(c) >= 0 }

func (h *Head) at(c Column) int {
	for i, have := range h.Columns {
		if have == c {
			return i
		}
	}
	return -1
}

// name is what the file calls a column.
func (h *Head) name(c Column) string {
	if i := h.at(c); i >= 0 {
		return h.Names[i]
	}
	return string(c)
}

// plainName leaves of a name what tells names apart.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func headOf(record []string, comma rune) (Head, error) {
	h := Head{Comma: comma}
	for _, name := range record {
		name = shown(strings.TrimSpace(name))
		c := byName[plainName(name)]
		switch {
		case c != "" && h.has(c):
			return h, fmt.Errorf("%w: the columns %q and %q both hold the %s; remove or rename one", ErrFile, h.name(c), name, c)
		case c == "" && name != "":
			h.Unknown = append(h.Unknown, name)
		}
		h.Names, h.Columns = append(h.Names, name), append(h.Columns, c)
	}
	product := h.has(ColumnGTIN) || h.has(ColumnNDC)
	if h.has(ColumnItem) || h.has(ColumnSSCC) || product && h.has(ColumnSerial) {
		return h, nil
	}
	missing := "a column with GTIN or NDC and one with the serial number, one with the SSCC, or one with the whole code (item)"
	return h, fmt.Errorf("%w: its first line must name %s; it names %q. docs/reference/stock-list.md has the names", ErrFile, missing, h.Names)
}
