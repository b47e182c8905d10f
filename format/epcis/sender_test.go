package epcis_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/format/epcis"
)

// codes lists the rules that a document breaks, each once.
func codes(doc string, opts epcis.Options) []string {
	var out []string
	for _, f := range trial(doc, opts) {
		out = append(out, f.Rule)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestWhatSendersWriteIsUnderstood has habits of senders that break no schema, or
// that leave no doubt of what is meant: the document is read in full, and told of.
func TestWhatSendersWriteIsUnderstood(t *testing.T) {
	e := eventsOf()
	order := func(event string) string {
		event = spoiled(event, "<ObjectEvent>", "<TransactionEvent>", "</ObjectEvent>", "</TransactionEvent>", "OBSERVE", "ADD")
		list, _, _ := strings.Cut(event[strings.Index(event, "<bizTransactionList>"):], "</bizTransactionList>")
		list += "</bizTransactionList>"
		parties, _, _ := strings.Cut(event[strings.Index(event, "<extension>"):], "</TransactionEvent>")
		event = spoiled(event, list, "", parties, "")
		return spoiled(event, "<epcList>", list+"<epcList>")
	}
	for _, c := range []struct {
		name string
		doc  string
		want []string
	}{
		{"lot and expiry in the namespace of guideline 1.1", shipment(
			"<cbvmda:lotNumber>LOT-7A</cbvmda:lotNumber>", "<gs1ushc:lotNumber>LOT-7A</gs1ushc:lotNumber>",
			"<cbvmda:itemExpirationDate>2028-06-30</cbvmda:itemExpirationDate>", "<gs1ushc:itemExpirationDate>2028-06-30</gs1ushc:itemExpirationDate>",
		), []string{"dscsa/old-namespace"}},
		{"an expiry of guideline 1.1 that is no date", shipment(
			"<cbvmda:itemExpirationDate>2028-06-30</cbvmda:itemExpirationDate>", "<gs1ushc:itemExpirationDate>06/2028</gs1ushc:itemExpirationDate>",
		), []string{"dscsa/old-namespace", "gs1/expiry"}},
		{"lot and expiry on lines of their own", shipment(
			"<cbvmda:lotNumber>LOT-7A<", "<cbvmda:lotNumber>\n  LOT-7A\n <", "<cbvmda:itemExpirationDate>2028-06-30<", "<cbvmda:itemExpirationDate>\n  2028-06-30\n <",
		), nil},
		{"a transaction event that ties what is shipped to an order", with(append(e[:6:6], order(e[5]))...), nil},
		{"a creation date without offset", shipment(`creationDate="2026-03-20T15:00:00Z"`, `creationDate="2026-03-20T08:00:00"`), []string{"structure/no-offset"}},
		{"a creation date without offset, days too early", shipment(`creationDate="2026-03-20T15:00:00Z"`, `creationDate="2026-03-18T08:00:00"`), []string{"dscsa/after-creation", "structure/no-offset"}},
		{"an SBDH without its namespace", strings.ReplaceAll(goodXML(), "sbdh:", ""), []string{"structure/sbdh-namespace"}},
		{"an SBDH in the namespace of EPCIS", strings.ReplaceAll(goodXML(), "sbdh:", "epcis:"), []string{"structure/qualified", "structure/sbdh-namespace"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := codes(c.doc, epcis.Options{}); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestLotAndExpiryOfGuideline11AreRead(t *testing.T) {
	node := func(space, name, text string) epcis.Node {
		return epcis.Node{Name: epcis.Name{Space: space, Local: name}, Text: text}
	}
	old := epcis.NewILMD("", "", node(epcis.SpaceUS, "lotNumber", "OLD"), node(epcis.SpaceUS, "itemExpirationDate", "2028-06-30"))
	if old.Lot() != "OLD" || old.Expiry() != "2028-06-30" {
		t.Errorf("lot %q, expiry %q", old.Lot(), old.Expiry())
	}
	both := epcis.NewILMD("", "", node(epcis.SpaceUS, "lotNumber", "OLD"), node(epcis.SpaceMasterData, "lotNumber", "NEW"))
	if both.Lot() != "NEW" {
		t.Errorf("of both the lot is %q, want that of the CBV", both.Lot())
	}
	other := epcis.NewILMD("", "", node("https://x.example.com/", "lotNumber", "MINE"))
	if other.Lot() != "" {
		t.Errorf("the lot of another namespace is taken: %q", other.Lot())
	}
}

func TestAnSBDHWithoutNamespaceIsWrittenWithIt(t *testing.T) {
	contact := "<sbdh:ContactInformation><sbdh:Contact>Sample desk</sbdh:Contact></sbdh:ContactInformation></sbdh:Sender>"
	whole := shipment("</sbdh:Sender>", contact, "</sbdh:CreationDateAndTime>", "</sbdh:CreationDateAndTime>")
	bare := strings.ReplaceAll(whole, "sbdh:", "")
	write := func(doc string) string {
		var out bytes.Buffer
		if _, err := epcis.Convert(&out, strings.NewReader(doc), epcis.ConvertOptions{To: epcis.Target{Form: epcis.XML, Version: "1.2"}}); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got, want := write(bare), write(whole); got != want {
		t.Errorf("it is written as\n%s\nwant\n%s", got, want)
	}
}

func TestATimeOfTheDocumentWithoutOffsetIsInUTC(t *testing.T) {
	doc := shipment(`creationDate="2026-03-20T15:00:00Z"`, `creationDate="2026-03-20T15:00:00.25"`)
	at := strings.Index(doc, "</sbdh:CreationDateAndTime>")
	doc = strings.TrimSuffix(doc[:at], "Z") + "\n " + doc[at:]
	h, _, err := epcis.ReadAll(strings.NewReader(doc), epcis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 3, 20, 15, 0, 0, 25e7, time.UTC); !h.CreationDate.Equal(want) {
		t.Errorf("the creation date is %v, want %v", h.CreationDate, want)
	}
	if want := time.Date(2026, 3, 20, 15, 0, 0, 0, time.UTC); !h.SBDH.Created.Equal(want) {
		t.Errorf("the SBDH is of %v, want %v", h.SBDH.Created, want)
	}
	if n := len(h.Remarks()); n != 2 {
		t.Errorf("%d remarks: %v", n, h.Remarks())
	}
	for _, bad := range []string{"2026-03-20", "2026-02-30T15:00:00", "2026-03-20T15:00:00ZZ", "15:00:00"} {
		doc := shipment(`creationDate="2026-03-20T15:00:00Z"`, `creationDate="`+bad+`"`)
		if got := codes(doc, epcis.Options{}); !slices.Contains(got, "epcis/bad-time") {
			t.Errorf("%q: %v", bad, got)
		}
	}
}

func TestARemedyFitsTheField(t *testing.T) {
	for _, c := range []struct {
		name, doc, want string
	}{
		{"an order number alone", shipment("urn:epcglobal:cbv:bt:0614141000012:", "PO "), "urn:epcglobal:cbv:bt:GLN:number"},
		{"an event id alone", member(`"eventID":"evt 1"`), "urn:uuid:"},
		{"a pack without a URN", spoiled(goodJSON, "urn:a:b", "pack 7"), "EPC URN"},
		{"a hyphen of typesetters in the encoding", shipment(`encoding="UTF-8"`, "encoding=\"UTF\u20108\""), "save the document as UTF-8"},
		{"a list that isn't ended", shipment("</epcList>", ""), "end tag is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := trial(c.doc, epcis.Options{})
			if !slices.ContainsFunc(found, func(f epcis.Finding) bool { return strings.Contains(f.Remedy, c.want) }) {
				t.Errorf("no remedy has %q: %v", c.want, found)
			}
		})
	}
}

func TestATimeWithoutOffsetIsFoundWhereItStands(t *testing.T) {
	doc := shipment("<eventTime>2026-03-02T08:00:00Z</eventTime>", "<eventTime>\n2026-03-02T08:00:00\n</eventTime>\n\n\n")
	line := 1 + strings.Count(doc[:strings.Index(doc, "<eventTime>\n")], "\n")
	for _, c := range []struct {
		name string
		opts epcis.Options
		rule string
	}{
		{"refused", epcis.Options{}, "epcis/bad-time"},
		{"tolerated", epcis.Options{Lenient: true}, epcis.LenientOffset},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := trial(doc, c.opts)
			i := slices.IndexFunc(found, func(f epcis.Finding) bool { return f.Rule == c.rule })
			if i < 0 {
				t.Fatalf("no %s: %v", c.rule, found)
			}
			if f := found[i]; f.Where.Line != line || !strings.Contains(f.Text, `"2026-03-02T08:00:00"`) {
				t.Errorf("it stands on line %d: %s", line, f)
			}
		})
	}
}
