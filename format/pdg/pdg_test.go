package pdg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"pedigree/internal/sharedtest"
)

const (
	caseID    = "c2a57e9f-3d54-5767-a9d1-82b08b3e7d61"
	messageID = "446b282a-93c5-5859-8641-4b5571ba3878"
	itemID    = "ed86b24e-987e-5eb3-bb05-5d335c4da093"
)

// full has something of everything.
func full() *Report {
	return &Report{
		Message: messageID, Case: caseID, Timestamp: 1712368200, PO: "PO-1",
		Sender: Contact{VP: "jwt", GLN: "0614141000012", Email: "exceptions@wholesaler.example", Phone: "555-0100"},
		Exceptions: Exceptions{
			MissingProductData: []MissingProductData{{itemID, "00399991123455", SourceScan, SendNewData, "1"}, {itemID, "00399991123455", SourceOther, ReturnProduct, ""}},
			MissingProduct:     []MissingProduct{{itemID, "DEL-1", "00399991123455", "2", SendProduct}},
			DataMisalignment:   []Misalignment{{itemID, "00399991123455", "A", "06302028", "3", "00399991123455", "B", "06302028", "", SendNewData}},
			Overages:           []Quantity{{itemID, "00399991123455", 100, 110, DebitAccount}},
			Underages:          []Quantity{{itemID, "00399991123455", 100, 90, CreditAccount}},
			MasterDataErrors: &MasterDataErrors{
				GLN: []GLNError{{itemID, "0614141000019", "0614141000012", ""}}, GTIN: []GTINError{{itemID, "1", "", SendNewData}},
			},
		},
		Other: []string{`<script>alert("x")</script>`},
	}
}

func answers() *Response {
	return &Response{
		Message: messageID, Case: caseID, Timestamp: 1712371800, PO: "PO-1", Sender: Contact{Email: "exceptions@maker.example"},
		Items: []ResponseItem{
			{Item: itemID, Answer: Accept, Comments: "yes"},
			{Item: itemID, Answer: Reject, Alternative: &Alternative{Resolution: CreditAccount, FollowUp: ByPhone, Details: "555-0100"}},
			{Item: itemID, Answer: Reject, Alternative: &Alternative{}},
		},
		Notes: "all reviewed",
	}
}

func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(sharedtest.Path(t, "epcis", "pdg-exceptions", "schemas", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fits(s *jsonschema.Schema, raw []byte) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func TestWhatIsWrittenFitsTheSchemasAndReadsTheSame(t *testing.T) {
	for name, r := range map[string]*Report{
		"everything":         full(),
		"nothing but an end": {Message: messageID, Case: caseID, Timestamp: 1, Sender: Contact{Email: ""}, Resolved: true},
	} {
		raw, err := r.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := fits(schema(t, "report_schema.json"), raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		again, err := ReadReport(raw)
		if err != nil || cmp.Diff(r, again) != "" {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(r, again))
		}
	}
	for name, r := range map[string]*Response{"everything": answers(), "nothing": {Message: messageID, Case: caseID}} {
		raw, err := r.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := fits(schema(t, "response_schema.json"), raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		again, err := ReadResponse(raw)
		if err != nil || cmp.Diff(r, again) != "" {
			t.Errorf("%s: %v %s", name, err, cmp.Diff(r, again))
		}
	}
}

func TestTheFiveExamplesAreRead(t *testing.T) {
	files, err := filepath.Glob(sharedtest.Path(t, "epcis", "pdg-exceptions", "examples") + "/*.json")
	if err != nil || len(files) != 5 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		report, response, err := Read(raw)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var again []byte
		if report != nil {
			again, err = report.Encode()
		} else {
			again, err = response.Encode()
		}
		if err != nil || (report == nil) != strings.Contains(file, "response") {
			t.Errorf("%s: %v", file, err)
		}
		if diff := cmp.Diff(bare(t, raw), bare(t, again)); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
		if closes := strings.Contains(file, "report_2"); report != nil && report.Closes() != closes {
			t.Errorf("%s: it closes its case: %t", file, report.Closes())
		}
	}
}

// bare is a message without what is null: a schema's default.
func bare(t *testing.T, raw []byte) any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var strip func(v any) any
	strip = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				if inner == nil {
					delete(v, name)
				} else {
					v[name] = strip(inner)
				}
			}
		case []any:
			for i := range v {
				v[i] = strip(v[i])
			}
		}
		return v
	}
	return strip(v)
}

// TestTheShapesAreTheSchemas compares what must and may be there with the published
// schemas, object by object.
func TestTheShapesAreTheSchemas(t *testing.T) {
	shapes := map[string]*shape{
		"ContactInformation": &contactShape, "DataMisalignmentDescription": &misalignmentShape, "EPCISNoProductDescription": &missingShape, "Exceptions": &exceptionsShape,
		"GLNError": &glnShape, "GTINError": &gtinShape, "MasterDataErrors": &masterShape, "OveragesUnderages": &quantityShape, "ProductNoEPCISDescription": &missingDataShape,
		"AlternativeResolution": &alternativeShape, "ResponseItem": &answerShape, "ExceptionReport": &reportShape, "ExceptionResponse": &responseShape,
	}
	type object struct {
		Title      string
		Properties map[string]struct{ AnyOf []struct{ Type string } }
		Required   []string
	}
	for _, name := range []string{"report_schema.json", "response_schema.json"} {
		raw, err := os.ReadFile(sharedtest.Path(t, "epcis", "pdg-exceptions", "schemas", name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			object
			Defs map[string]object `json:"$defs"`
		}
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		file.Defs["the message"] = file.object
		for _, o := range file.Defs {
			if len(o.Properties) == 0 {
				continue // an enumeration
			}
			s := shapes[o.Title]
			if s == nil {
				t.Errorf("%s has %s, which nothing reads", name, o.Title)
				continue
			}
			for field, p := range o.Properties {
				null := slices.ContainsFunc(p.AnyOf, func(a struct{ Type string }) bool { return a.Type == "null" })
				if m, ok := (*s)[field]; !ok || m.null != null || m.need != slices.Contains(o.Required, field) {
					t.Errorf("%s.%s: read %t, may be null %t, needed %t", o.Title, field, ok, m.null, m.need)
				}
			}
			if len(*s) != len(o.Properties) {
				t.Errorf("%s has %d members, %d are read", o.Title, len(o.Properties), len(*s))
			}
		}
	}
}

func TestAMessageThatIsNotOneIsRefusedWithItsPlace(t *testing.T) {
	raw, err := full().Encode()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ old, text, want string }{
		"an unknown member":                {`"po_number"`, `"surprise":1,"po_number"`, "surprise"},
		"an unknown member of an item":     {`"file_id"`, `"x":1,"file_id"`, "exceptions.missing_product[0].x"},
		"a member in other letters":        {`"po_number"`, `"PO_number"`, "PO_number"},
		"a member twice":                   {`"po_number"`, `"po_number":"PO-0","po_number"`, "po_number stands there twice"},
		"a member that is missing":         {`"po_number":"PO-1",`, ``, "po_number is missing"},
		"a number where a text belongs":    {`"PO-1"`, `1`, "po_number"},
		"a text where a number belongs":    {`1712368200`, `"1712368200"`, "timestamp"},
		"milliseconds":                     {`1712368200`, `1712368200000`, "timestamp"},
		"half a second":                    {`1712368200`, `1712368200.5`, "timestamp"},
		"less than nothing":                {`"quantity_ordered":100`, `"quantity_ordered":-1`, "quantity_ordered"},
		"no UUID":                          {caseID, "case 1", "exception_case_uuid"},
		"a UUID in capitals":               {caseID, strings.ToUpper(caseID), "exception_case_uuid"},
		"another resolution":               {`"Send product"`, `"Burn product"`, "exceptions.missing_product[0].resolution_request"},
		"another source":                   {`"Scan"`, `"Nose"`, "observation_source"},
		"null where something has to be":   {`"PO-1"`, `null`, "po_number"},
		"an object where a text belongs":   {`"PO-1"`, `{}`, "po_number"},
		"a list where a text belongs":      {`"PO-1"`, `[]`, "po_number"},
		"a truth where a text belongs":     {`"PO-1"`, `true`, "po_number"},
		"a text where a truth belongs":     {`"case_resolved":false`, `"case_resolved":"no"`, "case_resolved"},
		"a list where an object belongs":   {`{"gln_errors"`, `[{"gln_errors"`, "master_data_errors"},
		"something behind its end":         {`"case_resolved":false}`, `"case_resolved":false}{}`, "behind its end"},
		"an end that is missing":           {`"case_resolved":false}`, `"case_resolved":false`, "JSON"},
		"an order number that is too long": {`"PO-1"`, `"` + strings.Repeat("x", textMax+1) + `"`, "po_number has 2001 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(string(raw), test.old, test.text, 1)
			if bad == string(raw) {
				t.Fatalf("%q isn't in the message", test.old)
			}
			_, err := ReadReport([]byte(bad))
			if !errors.Is(err, ErrMessage) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v", err)
			}
		})
	}
	for name, text := range map[string]string{
		"no UTF-8": "{\"po_number\":\"\xff\"}", "nothing": "", "no object": "[]", "null": "null", "a deep one": strings.Repeat(`{"exceptions":`, 100),
		"much space": strings.Repeat(" ", MessageBytesMax) + "{}",
	} {
		if _, _, err := Read([]byte(text)); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := full()
	bad.Sender.Email = strings.Repeat("x", textMax+1)
	if _, err := bad.Encode(); !errors.Is(err, ErrMessage) {
		t.Errorf("what no reader takes is written: %v", err)
	}
}

func TestAMessageHasNoMoreItemsAndBytesThanAllowed(t *testing.T) {
	r := Response{Message: messageID, Case: caseID}
	for range ItemsMax {
		r.Items = append(r.Items, ResponseItem{Item: itemID, Answer: Accept})
	}
	if _, err := r.Encode(); err == nil {
		t.Error("a message over its bytes is written")
	}
	short := fmt.Sprintf(`{"exception_item_uuid":%q,"resolution_response":"Accept"}`, itemID)
	message := func(n int) []byte {
		items := strings.TrimSuffix(strings.Repeat(short+",", n), ",")
		return fmt.Appendf(nil, `{"message_uuid":%q,"exception_case_uuid":%q,"timestamp":1,"sender_information":{"email":""},"po_number":"","response_items":[%s]}`, messageID, caseID, items)
	}
	if got, err := ReadResponse(message(ItemsMax)); err != nil || len(got.Items) != ItemsMax {
		t.Errorf("%d items are refused: %v", ItemsMax, err)
	}
	if _, err := ReadResponse(message(ItemsMax + 1)); !errors.Is(err, ErrMessage) {
		t.Errorf("%d items: %v", ItemsMax+1, err)
	}
	fill := message(1)
	fill = append(fill, bytes.Repeat([]byte(" "), MessageBytesMax-len(fill))...)
	if _, err := ReadResponse(fill); err != nil {
		t.Errorf("%d bytes are refused: %v", len(fill), err)
	}
	if _, err := ReadResponse(append(fill, ' ')); !errors.Is(err, ErrMessage) {
		t.Errorf("%d bytes: %v", len(fill)+1, err)
	}
}

func TestMarkupIsWrittenInert(t *testing.T) {
	raw, err := full().Encode()
	if err != nil || bytes.ContainsAny(raw, "<>") {
		t.Errorf("%v: %s", err, raw)
	}
}

func TestAnExpiryIsReadAsPartnersWriteIt(t *testing.T) {
	tests := []struct {
		text, want string
		doubt      bool
	}{
		{"01012027", "2027-01-01", false},
		{"06302028", "2028-06-30", false},
		{"2028-06-30", "2028-06-30", false},
		{"280630", "2028-06-30", false},
		{"280600", "2028-06-30", false},
		{"20280630", "2028-06-30", false},
		{"280200", "2028-02-29", false},
		{" 06302028 ", "2028-06-30", false},
		{"01022027", "2027-01-02", true},
		{"30062028", "2028-06-30", true},
		{"11122025", "2025-11-12", true},
		{"101127", "2010-11-27", true},
		{"123128", "2028-12-31", true},
		{"12202020", "2020-12-20", false},
		{"20202012", "", false},
		{"", "", false},
		{"soon", "", false},
		{"13322027", "", false},
		{"2028-02-30", "", false},
		{"99999999", "", false},
		{"01011850", "", false},
	}
	for _, test := range tests {
		day, doubt, ok := ReadDate(test.text)
		got := ""
		if ok {
			got = day.Format(time.DateOnly)
		}
		if got != test.want || (doubt != "") != test.doubt {
			t.Errorf("%q is read as %q, %q, want %q", test.text, got, doubt, test.want)
		}
		if again, _, _ := ReadDate(Date(day)); ok && !again.Equal(day) {
			t.Errorf("%s is written as %s and read as %s", day, Date(day), again)
		}
	}
}

func FuzzReport(f *testing.F) {
	raw, err := full().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(`{"exceptions":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := ReadReport(raw)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if len(raw) > MessageBytesMax/8 {
			return // escapes make it longer
		}
		if err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
		same, err := ReadReport(again)
		if err != nil || !reflect.DeepEqual(normal(r), normal(same)) {
			t.Fatalf("%v: %s", err, cmp.Diff(r, same))
		}
	})
}

// normal makes empty lists missing ones.
func normal(r *Report) *Report {
	raw, _ := json.Marshal(r)
	var out Report
	_ = json.Unmarshal(raw, &out)
	if len(out.Other) == 0 {
		out.Other = nil
	}
	return &out
}

func FuzzResponse(f *testing.F) {
	raw, err := answers().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := ReadResponse(raw)
		if err != nil || len(raw) > MessageBytesMax/8 {
			return
		}
		again, err := r.Encode()
		if err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
		if same, err := ReadResponse(again); err != nil || !reflect.DeepEqual(r, same) {
			t.Fatalf("%v: %s", err, cmp.Diff(r, same))
		}
	})
}
